using System.Buffers.Text;

namespace ExperimentRunner.Runner.Runs;

/// <summary>
/// Reads a line of measurements as <see cref="MetricsLog"/> writes them: the keys in its order, no spaces. That is most lines there are, and
/// no key needs to be looked for.
/// </summary>
internal ref struct PlainMeasurement
{
    private ReadOnlySpan<byte> _rest;

    private PlainMeasurement(ReadOnlySpan<byte> line) => _rest = line;

    /// <summary>Reads a line; false where it is written in another way, or is none.</summary>
    /// <param name="line">The line.</param>
    /// <param name="values">Takes the figures.</param>
    /// <param name="word">Makes text of a word that comes again on every line.</param>
    /// <param name="head">What stands before the figures.</param>
    internal static bool TryRead(ReadOnlySpan<byte> line, List<(string Metric, double Value)> values, WordReader word, out MeasurementHead head)
    {
        head = default;
        var reader = new PlainMeasurement(line);
        if (!reader.Eat("{\"time\":"u8) || !reader.TryFigure(out var time) || !reader.Eat(",\"step\":"u8) || !reader.TryWhole(out var step))
        {
            return false;
        }

        long? epoch = null;
        if (reader.Eat(",\"epoch\":"u8))
        {
            if (!reader.TryWhole(out var number))
            {
                return false;
            }

            epoch = number;
        }

        if (!reader.Eat(",\"phase\":\""u8) || !reader.TryWord(out var phase))
        {
            return false;
        }

        ReadOnlySpan<byte> name = default;
        var isNamed = reader.Eat(",\"name\":\""u8);
        if ((isNamed && !reader.TryWord(out name)) || (reader.Eat(",\"fit\":"u8) && !reader.TryWhole(out _)) || !reader.Eat(",\"values\":{"u8))
        {
            return false;
        }

        for (var isFirst = true; !reader.Eat("}}"u8); isFirst = false)
        {
            if ((!isFirst && !reader.Eat(","u8)) || !reader.Eat("\""u8) || !reader.TryWord(out var metric) || !reader.Eat(":"u8) || !reader.TryFigure(out var value))
            {
                values.Clear();
                return false;
            }

            values.Add((word(metric), value));
        }

        head = new MeasurementHead(time, step, epoch, word(phase), isNamed ? word(name) : null);
        return reader._rest.Trim(" \r\t"u8).IsEmpty;
    }

    private bool Eat(ReadOnlySpan<byte> text)
    {
        var isNext = _rest.StartsWith(text);
        _rest = isNext ? _rest[text.Length..] : _rest;
        return isNext;
    }

    /// <summary>A word up to its closing quotation mark, of plain letters only.</summary>
    private bool TryWord(out ReadOnlySpan<byte> word)
    {
        var end = _rest.IndexOf((byte)'"');
        word = end < 0 ? default : _rest[..end];
        _rest = _rest[(end + 1)..];
        return end >= 0 && !word.Contains((byte)'\\') && !word.ContainsAnyExceptInRange((byte)' ', (byte)'~');
    }

    private bool TryWhole(out long number)
    {
        var token = Token();
        return Utf8Parser.TryParse(token, out number, out var read) && read == token.Length && IsJson(token);
    }

    private bool TryFigure(out double number)
    {
        var token = Token();
        return Utf8Parser.TryParse(token, out number, out var read) && read == token.Length && IsJson(token);
    }

    private ReadOnlySpan<byte> Token()
    {
        var end = _rest.IndexOfAny((byte)',', (byte)'}');
        var token = end < 0 ? _rest : _rest[..end];
        _rest = _rest[token.Length..];
        return token;
    }

    /// <summary>Whether a number is one of JSON's too: no zeros before, and digits on both sides of a point.</summary>
    private static bool IsJson(ReadOnlySpan<byte> number)
    {
        var digits = number is [(byte)'-', ..] ? number[1..] : number;
        var point = digits.IndexOf((byte)'.');
        return digits.Length > 0 && char.IsAsciiDigit((char)digits[0]) && char.IsAsciiDigit((char)digits[^1])
            && !(digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit((char)digits[1])) && (point < 0 || char.IsAsciiDigit((char)digits[point + 1]));
    }
}

/// <summary>Makes text of the bytes of a word.</summary>
internal delegate string WordReader(ReadOnlySpan<byte> word);

/// <summary>What a measurement says beside its figures.</summary>
/// <param name="Time">Seconds since the run's start.</param>
/// <param name="Step">The step.</param>
/// <param name="Epoch">The epoch; null where there is none.</param>
/// <param name="Phase">What was being done.</param>
/// <param name="Name">What the evaluation is called, where there are several.</param>
internal readonly record struct MeasurementHead(double Time, long Step, long? Epoch, string Phase, string? Name);
