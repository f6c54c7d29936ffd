using Microsoft.Win32.SafeHandles;

namespace ExperimentRunner.Engine.Saving;

/// <summary>Bytes that are read by their place. Nothing is read that is not there, and nothing is made larger than what is there.</summary>
internal abstract class ByteSource
{
    /// <summary>How many bytes there are.</summary>
    internal abstract long Length { get; }

    /// <summary>The bytes of a memory.</summary>
    internal static ByteSource Of(ReadOnlyMemory<byte> bytes) => new MemoryBytes(bytes);

    /// <summary>The bytes of an open file.</summary>
    internal static ByteSource Of(SafeFileHandle file) => new FileBytes(file, 0, RandomAccess.GetLength(file));

    /// <summary>A copy of some bytes.</summary>
    /// <exception cref="FileProblem">They are not all there.</exception>
    internal byte[] Read(long at, long length)
    {
        NeedBytes(at, length);
        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        Fill(at, bytes);
        return bytes;
    }

    /// <summary>Copies some bytes to where they are wanted.</summary>
    /// <exception cref="FileProblem">They are not all there.</exception>
    internal void Read(long at, Span<byte> bytes)
    {
        NeedBytes(at, bytes.Length);
        Fill(at, bytes);
    }

    /// <summary>A part, as a source of its own.</summary>
    /// <exception cref="FileProblem">It is not all there.</exception>
    internal ByteSource Part(long at, long length) => at >= 0 && length >= 0 && length <= Length - at ? Cut(at, length)
        : throw new FileProblem("The file ends before its contents do: it is torn, or no file of its kind.");

    /// <summary>The bytes as a stream that can be searched.</summary>
    internal Stream AsStream() => new Window(this);

    private void NeedBytes(long at, long length)
    {
        if (at < 0 || length < 0 || length > Length - at || length > Array.MaxLength)
        {
            throw new FileProblem("The file ends before its contents do: it is torn, or no file of its kind.");
        }
    }

    /// <summary>Copies bytes that are known to be there.</summary>
    protected abstract void Fill(long at, Span<byte> bytes);

    /// <summary>A part that is known to be there.</summary>
    protected abstract ByteSource Cut(long at, long length);

    private sealed class MemoryBytes(ReadOnlyMemory<byte> bytes) : ByteSource
    {
        internal override long Length => bytes.Length;

        protected override void Fill(long at, Span<byte> to) => bytes.Span.Slice((int)at, to.Length).CopyTo(to);

        protected override MemoryBytes Cut(long at, long length) => new(bytes.Slice((int)at, (int)length));
    }

    private sealed class FileBytes(SafeFileHandle file, long start, long length) : ByteSource
    {
        internal override long Length => length;

        protected override void Fill(long at, Span<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var read = RandomAccess.Read(file, bytes, start + at);
                if (read == 0)
                {
                    throw new FileProblem("The file became shorter while it was read.");
                }

                at += read;
                bytes = bytes[read..];
            }
        }

        protected override FileBytes Cut(long at, long partLength) => new(file, start + at, partLength);
    }

    private sealed class Window(ByteSource source) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => source.Length;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Clamp(source.Length - Position, 0, buffer.Length);
            source.Fill(Position, buffer[..count]);
            Position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => source.Length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
