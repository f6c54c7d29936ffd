using System.Buffers;

namespace ExperimentRunner.Runner.Runs;

/// <summary>The lines of a file that anybody may have written: one that is longer than any run writes is passed over, and costs no memory.</summary>
/// <param name="file">The file, at where reading begins.</param>
/// <param name="length">How many bytes to read at most.</param>
/// <param name="cutAtStart">Whether what is read begins within a line, which is then passed over.</param>
internal sealed class BoundedLines(Stream file, long length = long.MaxValue, bool cutAtStart = false) : IDisposable
{
    private const int Longest = 1 << 20;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
    private int _start;
    private int _end;
    private long _left = length;
    private bool _isPassedOver = cutAtStart;
    private bool _isAtEnd;

    /// <summary>How many lines were too long.</summary>
    internal long TooLong { get; private set; }

    /// <summary>The next line, without its end; it holds until the one after it is asked for. The last may be cut off.</summary>
    internal bool TryNext(out ReadOnlyMemory<byte> line)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length < 0 && !_isAtEnd)
            {
                Fill();
                continue;
            }

            line = _buffer.AsMemory(_start, length < 0 ? _end - _start : length);
            _start = length < 0 ? _end : _start + length + 1;
            if (!_isPassedOver)
            {
                return length >= 0 || line.Length > 0;
            }

            _isPassedOver = false;
            if (length < 0)
            {
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        (_start, _end, _isAtEnd) = (0, 0, true);
    }

    /// <summary>Reads on, behind the beginning of a line.</summary>
    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _isPassedOver ? 0 : _end - _start);
        if (_end >= Longest)
        {
            (_end, _isPassedOver) = (0, true);
            TooLong++;
        }
        else if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var read = file.Read(_buffer, _end, (int)Math.Min(_buffer.Length - _end, _left));
        (_end, _left, _isAtEnd) = (_end + read, _left - read, read == 0);
    }
}
