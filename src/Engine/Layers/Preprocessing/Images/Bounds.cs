using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>The least and the greatest value of a drawn number.</summary>
/// <param name="Low">The least.</param>
/// <param name="High">The greatest.</param>
internal readonly record struct Bounds(double Low, double High)
{
    /// <summary>All fractions.</summary>
    internal static Bounds Fractions => new(0, 1);

    /// <summary>What Keras's <c>factor</c> says: one number stands for itself to both sides of 0, as far as the least allows; two are the bounds.</summary>
    internal static Bounds Of(IReadOnlyList<double> factor, double least = -1) => factor is [var only]
        ? new(Math.Max(-Math.Abs(only), least), Math.Abs(only))
        : new(Math.Min(factor[0], factor[1]), Math.Max(factor[0], factor[1]));

    /// <summary>The number at a place between the bounds.</summary>
    /// <param name="place">0 is the least, 1 the greatest.</param>
    internal double At(double place) => Low + ((High - Low) * place);

    /// <summary>What is wrong with a factor: it is one number within limits, or two whose range meets them.</summary>
    internal static IEnumerable<OptionMistake> Mistakes(string option, IReadOnlyList<double>? factor, double least, double greatest)
    {
        var right = factor is null
            || (factor is [var only] && only >= least && only <= greatest)
            || (factor is [var first, var second] && first <= greatest && second >= least);
        if (!right)
        {
            yield return new OptionMistake(
                option, $"'{option}' is out of its range.", FormattableString.Invariant($"a number from {least} to {greatest}, or a list of two"));
        }
    }

    /// <summary>What is wrong with the range of an image's values.</summary>
    internal static IEnumerable<OptionMistake> Mistakes(IReadOnlyList<double> valueRange)
    {
        if (valueRange is not [var low, var high] || low == high)
        {
            yield return new OptionMistake("value_range", "'value_range' is no range.", "a list of two numbers, the least and the greatest value");
        }
    }
}
