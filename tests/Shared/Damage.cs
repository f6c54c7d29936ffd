using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Tests;

/// <summary>Makes damaged files of a good one: the same ones each time.</summary>
/// <param name="good">The good file.</param>
/// <param name="seed">Sets one row of damages apart from another.</param>
internal sealed class Damage(byte[] good, string seed)
{
    private const int Head = 4096;

    /// <summary>The damaged file of a number.</summary>
    public byte[] Make(long number)
    {
        var key = default(RandomKey).Derive(seed).Derive(number);
        var bytes = (byte[])good.Clone();
        var changes = 1 + (int)(key[0] % 8);
        for (var i = 0; i < changes; i++)
        {
            var bits = key[1 + i];
            var at = (int)((bits >> 8) % (ulong)(bits % 3 == 0 ? Math.Min(bytes.Length, Head) : bytes.Length));
            switch (bits % 7)
            {
                case 0:
                    bytes[at] = (byte)(bits >> 40);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << (int)(bits >> 40 & 7));
                    break;
                case 2:
                    bytes.AsSpan(at, Math.Min(8, bytes.Length - at)).Fill(0xFF);
                    break;
                case 3:
                    bytes.AsSpan(at, Math.Min(4, bytes.Length - at)).Clear();
                    break;
                case 4:
                    bytes = bytes[..Math.Max(1, at)];
                    break;
                case 5:
                    var length = Math.Min((int)(bits >> 40 & 63), bytes.Length - at);
                    bytes = [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at, length), .. bytes.AsSpan(at)];
                    break;
                default:
                    var from = (int)((bits >> 20) % (ulong)bytes.Length);
                    var count = Math.Min(16, bytes.Length - Math.Max(at, from));
                    bytes.AsSpan(from, count).CopyTo(bytes.AsSpan(at));
                    break;
            }
        }

        return bytes;
    }
}
