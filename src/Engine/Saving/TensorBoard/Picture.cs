using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace ExperimentRunner.Engine.Saving.TensorBoard;

/// <summary>A picture of bytes, channels last.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Channels">1 is grey, 3 is red, green and blue, 4 has transparency as well.</param>
/// <param name="Pixels">Row by row, pixel by pixel, channel by channel.</param>
public sealed record Picture(int Height, int Width, int Channels, byte[] Pixels)
{
    private const byte UpToTheLeft = 1; // each byte as its difference from the pixel before, which compresses better

    /// <summary>The picture as a PNG file.</summary>
    /// <remarks>Source: W3C, Portable Network Graphics (Second Edition).</remarks>
    public byte[] ToPng()
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9]) = (8, Channels switch { 1 => 0, 3 => 2, 4 => 6, _ => throw new ArgumentException($"A PNG has no {Channels} channels.") });
        Chunk(file, "IHDR", header);
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[1 + (Width * Channels)];
            row[0] = UpToTheLeft;
            for (var y = 0; y < Height; y++)
            {
                var pixels = Pixels.AsSpan(y * Width * Channels, Width * Channels);
                for (var i = 0; i < pixels.Length; i++)
                {
                    row[i + 1] = (byte)(pixels[i] - (i < Channels ? 0 : pixels[i - Channels]));
                }

                zip.Write(row);
            }
        }

        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void Chunk(Stream file, string type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        var name = Encoding.ASCII.GetBytes(type);
        file.Write(name);
        file.Write(content);
        var check = new Crc32();
        check.Append(name);
        check.Append(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, check.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}
