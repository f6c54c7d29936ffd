namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>A number as people write most: a sign, up to 18 digits, perhaps with a point among them.</summary>
internal readonly struct PlainNumber
{
    private const int MostDigits = 18;
    private const long MostExact = 1L << 53;
    private const ulong BelowFloat = (1UL << 29) - 1; // the bits of a double that a float has no room for
    private const ulong Halfway = 1UL << 28;

    private static readonly double[] Tens = [.. Enumerable.Range(0, MostDigits + 1).Select(power => double.Parse($"1e{power}", System.Globalization.CultureInfo.InvariantCulture))];

    private readonly long _digits;
    private readonly int _decimals;
    private readonly bool _isNegative;

    private PlainNumber(long digits, int decimals, bool isNegative) => (_digits, _decimals, _isNegative) = (digits, decimals, isNegative);

    /// <summary>Whether it has no point.</summary>
    internal bool IsWhole => _decimals < 0;

    /// <summary>Its value, where it is whole.</summary>
    internal long Whole => _isNegative ? -_digits : _digits;

    /// <summary>Reads one; false where it is written in another way, or is none.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> text, out PlainNumber number)
    {
        var isNegative = text is [(byte)'-', ..];
        var (value, digits, decimals) = (0L, 0, -1);
        for (var i = isNegative || text is [(byte)'+', ..] ? 1 : 0; i < text.Length; i++)
        {
            var digit = text[i] - '0';
            if ((uint)digit <= 9)
            {
                value = unchecked((value * 10) + digit);
                digits++;
                decimals += decimals >= 0 ? 1 : 0;
            }
            else if (digit == '.' - '0' && decimals < 0)
            {
                decimals = 0;
            }
            else
            {
                number = default;
                return false;
            }
        }

        number = new PlainNumber(value, decimals, isNegative);
        return digits is > 0 and <= MostDigits;
    }

    /// <summary>The float nearest to it; false where that is not certain.</summary>
    /// <remarks>
    /// The quotient of two exact doubles is the nearest double, and rounding that is rounding the number itself, but where it lies halfway
    /// between two floats. Source: Clinger (1990), How to read floating point numbers accurately.
    /// </remarks>
    internal bool TryFloat(out float value)
    {
        var nearest = _digits / Tens[Math.Max(_decimals, 0)];
        value = (float)(_isNegative ? -nearest : nearest);
        return _digits <= MostExact && (BitConverter.DoubleToUInt64Bits(nearest) & BelowFloat) != Halfway;
    }
}
