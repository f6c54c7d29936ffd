using System.Globalization;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>Numbers as Python writes them: in Keras's tables, file names and messages.</summary>
/// <remarks>Source: Python 3, "Format Specification Mini-Language", and <c>repr</c> of a float.</remarks>
public static class PythonText
{
    private const int LeastPlainExponent = -4;
    private const int FirstScientificExponent = 16;

    /// <summary>A float as <c>repr</c> writes it: <c>0.1</c>, <c>1.0</c>, <c>1e-05</c>, <c>nan</c>.</summary>
    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return NotFinite(value);
        }

        var (negative, digits, exponent) = Digits(value);
        string text;
        if (exponent is < LeastPlainExponent or >= FirstScientificExponent)
        {
            var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            text = $"{mantissa}e{Exponent(exponent)}";
        }
        else if (exponent < 0)
        {
            text = $"0.{new string('0', -exponent - 1)}{digits}";
        }
        else
        {
            var whole = digits.PadRight(exponent + 1, '0');
            text = $"{whole[..(exponent + 1)]}.{(whole.Length > exponent + 1 ? whole[(exponent + 1)..] : "0")}";
        }

        return negative ? "-" + text : text;
    }

    /// <summary>A number by a format specification: <c>02d</c>, <c>.2f</c>, <c>.3e</c>, <c>.1%</c>, <c>&gt;8</c>.</summary>
    /// <param name="value">The number.</param>
    /// <param name="whole">Whether it is a whole number, which has formats of its own.</param>
    /// <param name="specification">What stands behind the colon.</param>
    /// <exception cref="FormatException">Python would refuse it too.</exception>
    public static string Format(double value, bool whole, string specification)
    {
        var (rest, fill, align) = Alignment(specification);
        var sign = Take(ref rest, "+- ") ?? '-';
        var alternate = Take(ref rest, "#") is not null;
        if (Take(ref rest, "0") is not null && align is null)
        {
            (fill, align) = ('0', '=');
        }

        var width = TakeNumber(ref rest) ?? 0;
        var grouped = Take(ref rest, ",_");
        var precision = Take(ref rest, ".") is null ? (int?)null : TakeNumber(ref rest) ?? throw new FormatException("Format specifier missing precision");
        var type = rest.Length switch
        {
            0 => (char?)null,
            1 => rest[0],
            _ => throw new FormatException($"Invalid format specifier '{specification}'"),
        };
        if (precision is not null && (type == 'd' || (type is null && whole)))
        {
            throw new FormatException("Precision not allowed in integer format specifier");
        }

        var negative = value < 0 || (value == 0 && double.IsNegative(value));
        var body = Body(Math.Abs(value), whole, type, precision, alternate);
        if (grouped is { } separator)
        {
            body = Grouped(body, separator);
        }

        var before = negative && !double.IsNaN(value) ? "-" : sign == '-' ? "" : sign.ToString();
        var missing = Math.Max(0, width - before.Length - body.Length);
        return (align ?? '>') switch
        {
            '<' => before + body + new string(fill, missing),
            '^' => new string(fill, missing / 2) + before + body + new string(fill, missing - (missing / 2)),
            '=' => before + new string(fill, missing) + body,
            _ => new string(fill, missing) + before + body,
        };
    }

    private static (string Remaining, char Fill, char? Align) Alignment(string specification) =>
        specification.Length > 1 && "<>=^".Contains(specification[1], StringComparison.Ordinal) ? (specification[2..], specification[0], specification[1])
        : specification.Length > 0 && "<>=^".Contains(specification[0], StringComparison.Ordinal) ? (specification[1..], ' ', specification[0])
        : (specification, ' ', null);

    private static string Body(double value, bool whole, char? type, int? precision, bool alternate) => type switch
    {
        'd' when !whole => throw new FormatException("Unknown format code 'd' for object of type 'float'"),
        'd' => value.ToString("F0", CultureInfo.InvariantCulture),
        null when whole => value.ToString("F0", CultureInfo.InvariantCulture),
        null when precision is null => Of(value),
        _ when !double.IsFinite(value) => type is 'E' or 'F' or 'G' ? NotFinite(value).ToUpperInvariant() : NotFinite(value),
        null or 'g' or 'G' => General(value, Math.Max(precision ?? 6, 1), type == 'G', type is null, alternate),
        'f' or 'F' => Fixed(value, precision ?? 6),
        'e' or 'E' => Scientific(value, precision ?? 6, type == 'E'),
        '%' => Fixed(value * 100, precision ?? 6) + "%",
        _ => throw new FormatException($"Unknown format code '{type}'"),
    };

    private static string Fixed(double value, int precision) => value.ToString("F" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Scientific(double value, int precision, bool upper)
    {
        var text = value.ToString((upper ? "E" : "e") + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture); // 1.5e+003
        var at = text.IndexOf(upper ? 'E' : 'e', StringComparison.Ordinal);
        return $"{text[..(at + 1)]}{Exponent(int.Parse(text[(at + 1)..], CultureInfo.InvariantCulture))}";
    }

    /// <summary>The shorter of fixed and scientific, without zeros at the end; a float without a type keeps one place behind the point.</summary>
    private static string General(double value, int precision, bool upper, bool untyped, bool alternate)
    {
        var scientific = Scientific(value, precision - 1, upper);
        var at = scientific.IndexOf(upper ? 'E' : 'e', StringComparison.Ordinal);
        var exponent = int.Parse(scientific[(at + 1)..], CultureInfo.InvariantCulture);
        if (exponent < LeastPlainExponent || exponent >= (untyped ? precision - 1 : precision))
        {
            return (alternate ? scientific[..at] : Trimmed(scientific[..at])) + scientific[at..];
        }

        var plain = Fixed(value, precision - 1 - exponent);
        plain = alternate ? plain : Trimmed(plain);
        return untyped && !plain.Contains('.', StringComparison.Ordinal) ? plain + ".0" : plain;
    }

    private static string Trimmed(string number) => number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number;

    private static string Exponent(int exponent) => string.Create(CultureInfo.InvariantCulture, $"{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");

    private static string NotFinite(double value) => double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";

    private static string Grouped(string number, char separator)
    {
        var end = number.TakeWhile(char.IsDigit).Count();
        for (var i = end - 3; i > 0; i -= 3)
        {
            number = number.Insert(i, separator.ToString());
        }

        return number;
    }

    private static char? Take(ref string rest, string any)
    {
        if (rest.Length == 0 || !any.Contains(rest[0], StringComparison.Ordinal))
        {
            return null;
        }

        var taken = rest[0];
        rest = rest[1..];
        return taken;
    }

    private static int? TakeNumber(ref string rest)
    {
        var length = rest.TakeWhile(char.IsAsciiDigit).Count();
        if (length is 0 or > 3)
        {
            return length == 0 ? null : throw new FormatException("Too many decimal digits in format string");
        }

        var number = int.Parse(rest[..length], CultureInfo.InvariantCulture);
        rest = rest[length..];
        return number;
    }

    /// <summary>The fewest digits that tell a number from its neighbours, and the power of ten of the first.</summary>
    private static (bool Negative, string Digits, int Exponent) Digits(double value)
    {
        if (value == 0)
        {
            return (double.IsNegative(value), "0", 0);
        }

        var text = Math.Abs(value).ToString("E16", CultureInfo.InvariantCulture);
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var mantissa = shortest.Split('E')[0].Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        var exponent = shortest.Contains('E', StringComparison.Ordinal)
            ? int.Parse(shortest.Split('E')[1], CultureInfo.InvariantCulture)
            : int.Parse(text[(text.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        return (value < 0, mantissa, exponent);
    }
}
