using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>A window that fades a frame of a signal out at its ends, by SciPy's name.</summary>
public enum StftWindow
{
    /// <summary>A cosine on a platform, down to 0.</summary>
    [KerasName("hann", "hanning", "han")]
    Hann,

    /// <summary>A cosine on a platform, down to 0.08.</summary>
    [KerasName("hamming", "hamm", "ham")]
    Hamming,

    /// <summary>Three cosines.</summary>
    [KerasName("blackman", "black", "blk")]
    Blackman,

    /// <summary>Four cosines, with the lowest side lobes of four.</summary>
    [KerasName("blackmanharris", "blackharr", "bkh")]
    BlackmanHarris,

    /// <summary>Four cosines, as Nuttall had them.</summary>
    [KerasName("nuttall", "nutl", "nut")]
    Nuttall,

    /// <summary>Five cosines, with a flat top.</summary>
    [KerasName("flattop", "flat", "flt")]
    FlatTop,

    /// <summary>No fading at all.</summary>
    [KerasName("boxcar", "box", "ones", "rect", "rectangular")]
    Boxcar,

    /// <summary>A triangle that does not reach 0.</summary>
    [KerasName("triang", "triangle", "tri")]
    Triangle,

    /// <summary>A triangle down to 0.</summary>
    [KerasName("bartlett", "bart", "brt")]
    Bartlett,

    /// <summary>A triangle and a cosine.</summary>
    [KerasName("barthann", "brthan", "bth")]
    BartlettHann,

    /// <summary>Half a period of a sine.</summary>
    [KerasName("cosine", "halfcosine")]
    Cosine,

    /// <summary>Two half periods of a cosine, convolved.</summary>
    [KerasName("bohman", "bman", "bmn")]
    Bohman,

    /// <summary>Four triangles, convolved.</summary>
    [KerasName("parzen", "parz", "par")]
    Parzen,

    /// <summary>The middle of sin(x) / x.</summary>
    [KerasName("lanczos", "sinc")]
    Lanczos,

    /// <summary>Flat in the middle, half a cosine at each end: together half of it.</summary>
    [KerasName("tukey", "tuk")]
    Tukey,
}

/// <summary>Makes the windows.</summary>
/// <remarks>Source: the formulas of <c>scipy.signal.windows</c>.</remarks>
internal static class StftWindows
{
    /// <summary>The values of a window.</summary>
    /// <param name="window">Which.</param>
    /// <param name="length">How many values.</param>
    /// <param name="periodic">Whether it is one longer, and the last value left out.</param>
    internal static double[] Make(StftWindow window, int length, bool periodic)
    {
        if (length <= 1)
        {
            return [.. Enumerable.Repeat(1.0, length)];
        }

        var points = periodic ? length + 1 : length;
        return [.. Enumerable.Range(0, length).Select(i => Value(window, i, points))];
    }

    private static double Value(StftWindow window, int i, int points)
    {
        var place = 2.0 * i / (points - 1); // from 0 to 2
        var out1 = Math.Abs(place - 1); // how far from the middle, from 0 to 1
        return window switch
        {
            StftWindow.Hann => Cosines(place, 0.5, 0.5),
            StftWindow.Hamming => Cosines(place, 0.54, 0.46),
            StftWindow.Blackman => Cosines(place, 0.42, 0.5, 0.08),
            StftWindow.BlackmanHarris => Cosines(place, 0.35875, 0.48829, 0.14128, 0.01168),
            StftWindow.Nuttall => Cosines(place, 0.3635819, 0.4891775, 0.1365995, 0.0106411),
            StftWindow.FlatTop => Cosines(place, 0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
            StftWindow.Triangle => 1 - (Math.Abs((2.0 * i) - (points - 1)) / (points % 2 == 0 ? points : points + 1)),
            StftWindow.Bartlett => 1 - out1,
            StftWindow.BartlettHann => 0.62 - (0.24 * out1) + (0.38 * Math.Cos(Math.PI * out1)),
            StftWindow.Cosine => Math.Sin(Math.PI * (i + 0.5) / points),
            StftWindow.Bohman => out1 == 1 ? 0 : ((1 - out1) * Math.Cos(Math.PI * out1)) + (Math.Sin(Math.PI * out1) / Math.PI),
            StftWindow.Parzen => Parzen(Math.Abs(i - ((points - 1) / 2.0)) / (points / 2.0), Math.Abs(i - ((points - 1) / 2.0)) <= (points - 1) / 4.0),
            StftWindow.Lanczos => out1 == 0 ? 1 : Math.Sin(Math.PI * out1) / (Math.PI * out1),
            StftWindow.Tukey => out1 <= 0.5 ? 1 : 0.5 * (1 + Math.Cos(2 * Math.PI * (out1 - 0.5))),
            _ => 1,
        };
    }

    private static double Cosines(double place, params ReadOnlySpan<double> factors)
    {
        var sum = 0.0;
        for (var k = 0; k < factors.Length; k++)
        {
            sum += factors[k] * Math.Cos(k * Math.PI * (place - 1));
        }

        return sum;
    }

    private static double Parzen(double out1, bool inner) =>
        inner ? 1 - (6 * out1 * out1) + (6 * out1 * out1 * out1) : 2 * Math.Pow(1 - out1, 3);
}
