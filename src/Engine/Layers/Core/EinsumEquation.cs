using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>The equation of an EinsumDense: <c>abc,cd->abd</c>, <c>...x,xy->...y</c> or <c>ab...,bc->ac...</c>.</summary>
/// <param name="Input">The letters of the input's axes.</param>
/// <param name="Kernel">The letters of the kernel's axes.</param>
/// <param name="Output">The letters of the output's axes.</param>
/// <param name="Before">Whether dots stand before the letters of input and output: axes that are left as they are.</param>
/// <param name="After">Whether dots stand behind them.</param>
internal sealed partial record EinsumEquation(string Input, string Kernel, string Output, bool Before, bool After)
{
    /// <summary>Reads an equation; null when it is none.</summary>
    internal static EinsumEquation? Parse(string text) =>
        Pattern().Match(text.Replace(" ", "", StringComparison.Ordinal)) is not { Success: true } match
        || match.Groups["before"].Success != match.Groups["before2"].Success
        || match.Groups["after"].Success != match.Groups["after2"].Success
        || (match.Groups["before"].Success && match.Groups["after"].Success)
            ? null
            : new EinsumEquation(
                match.Groups["input"].Value,
                match.Groups["kernel"].Value,
                match.Groups["output"].Value,
                match.Groups["before"].Success,
                match.Groups["after"].Success);

    /// <summary>Every shape of the product.</summary>
    /// <param name="input">The input.</param>
    /// <param name="given">The lengths of the output's axes but the batch and those of the dots; null is the input's.</param>
    /// <param name="biasAxes">The letters of the axes that have a bias, or null.</param>
    /// <exception cref="ShapeException">They do not fit.</exception>
    internal EinsumShapes Fit(Spec input, IReadOnlyList<long?> given, string? biasAxes)
    {
        var elided = input.Rank - Input.Length;
        if (Before || After ? elided < (Before ? 1 : 0) : elided != 0)
        {
            throw new ShapeException($"has an equation whose input is '{(Before ? "..." : "")}{Input}{(After ? "..." : "")}', but its input is {input.Shape}");
        }

        if (given.Count + (Before ? 0 : 1) < Output.Length) // Keras passes over those that are too many
        {
            throw new ShapeException($"has an equation whose output is '{Output}', but 'output_shape' gives {given.Count} lengths; expected {Output.Length - (Before ? 0 : 1)}");
        }

        var ahead = Before ? elided : 0;
        var inputs = Input.Select((letter, axis) => (letter, Length: input.Shape[ahead + axis])).ToDictionary(pair => pair.letter, pair => pair.Length);
        var outputs = new Dictionary<char, long?>();
        foreach (var (axis, letter) in Output.Index())
        {
            var own = Before ? given[axis] : axis == 0 ? input.Shape[0] : given[axis - 1];
            if (inputs.TryGetValue(letter, out var same) && own is not null && same is not null && own != same)
            {
                throw new ShapeException($"cannot make axis '{letter}' of length {own}, because it is {same} in its input {input.Shape}");
            }

            outputs[letter] = own ?? same;
        }

        var kernel = Kernel.Select(letter => Known(letter, outputs.TryGetValue(letter, out var length) ? length : inputs[letter], input)).ToArray();
        var around = input.Shape.Slice(Before ? 0 : Input.Length, elided);
        var shape = Output.Select(letter => outputs[letter]);
        long[]? bias = biasAxes is not { Length: > 0 } ? null :
        [
            .. Output.SkipWhile(letter => !biasAxes.Contains(letter)).Select(letter => biasAxes.Contains(letter) ? Known(letter, outputs[letter], input) : 1),
            .. Enumerable.Repeat(1L, After ? elided : 0),
        ];
        return new EinsumShapes(new Shape(Before ? [.. around, .. shape] : [.. shape, .. around]), kernel, bias);
    }

    /// <summary>The axes of the kernel that the output does not have: those that are summed over.</summary>
    internal int[] SummedAxes() => [.. Kernel.Index().Where(axis => !Output.Contains(axis.Item)).Select(axis => axis.Index)];

    /// <summary>The axes of the kernel that the output has.</summary>
    internal int[] KeptAxes() => [.. Kernel.Index().Where(axis => Output.Contains(axis.Item)).Select(axis => axis.Index)];

    /// <summary>A letter of the kernel or the output that no other part has, or null.</summary>
    internal char? StrayLetter() => Output.Concat(Kernel).Cast<char?>()
        .FirstOrDefault(letter => new[] { Input, Kernel, Output }.Count(axes => axes.Contains(letter!.Value)) < 2);

    private static long Known(char letter, long? length, Spec input) =>
        length ?? throw new ShapeException($"needs to know the length of axis '{letter}', which is unknown in its input {input.Shape}");

    [GeneratedRegex(@"^(?<before>\.\.\.)?(?<input>[a-zA-Z]+)(?<after>\.\.\.)?,(?<kernel>[a-zA-Z]+)->(?<before2>\.\.\.)?(?<output>[a-zA-Z]+)(?<after2>\.\.\.)?$")]
    private static partial Regex Pattern();
}

/// <summary>The shapes of an EinsumDense.</summary>
/// <param name="Output">The output's.</param>
/// <param name="Kernel">The kernel's.</param>
/// <param name="Bias">The bias's, or null when there is none.</param>
internal sealed record EinsumShapes(Shape Output, long[] Kernel, long[]? Bias);
