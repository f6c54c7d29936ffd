using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Optimizers.Schedules;
using ExperimentRunner.Engine.Regularizers;

namespace ExperimentRunner.Engine.Tests.House;

/// <summary>A public name of Keras 3.15 with its arguments; a default is null where there is none, and Python's text otherwise.</summary>
internal sealed record KerasSignature(Type Kind, string Name, IReadOnlyList<(string Name, string? Default)> Arguments);

/// <summary>The signatures of Keras 3.15, as <c>inspect.signature</c> tells them.</summary>
internal static class KerasSignatures
{
    private static readonly Dictionary<string, Type> Kinds = new()
    {
        ["callbacks"] = typeof(Callback),
        ["losses"] = typeof(Loss),
        ["metrics"] = typeof(Metric),
        ["optimizers/schedules"] = typeof(LearningRateSchedule),
        ["initializers"] = typeof(Initializer),
        ["regularizers"] = typeof(Regularizer),
        ["constraints"] = typeof(Constraint),
        ["layers"] = typeof(Layer),
        ["optimizers"] = typeof(Optimizer),
        ["activations"] = typeof(Activation),
    };

    /// <summary>Names of classes that are there to be derived from, or to be made by Keras itself, and that no file names.</summary>
    private static readonly HashSet<string> ForCode =
    [
        "Callback", "CallbackList", "Loss", "Metric", "Optimizer", "LearningRateSchedule", "Initializer", "Regularizer", "Constraint", "Layer",
        "Wrapper", "InputSpec",
    ];

    public static IReadOnlyList<KerasSignature> All { get; } = [.. Read()];

    private static IEnumerable<KerasSignature> Read()
    {
        using var text = new StreamReader(typeof(KerasSignatures).Assembly.GetManifestResourceStream("keras3.txt")!);
        var kind = typeof(object);
        while (text.ReadLine() is { } line)
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                kind = Kinds[line[3..].Trim()];
            }
            else if (line.IndexOf('(', StringComparison.Ordinal) is > 0 and var open)
            {
                var name = line[..open].Trim();
                if (!ForCode.Contains(name))
                {
                    yield return new KerasSignature(kind, name, [.. Arguments(line[(open + 1)..line.LastIndexOf(')')])]);
                }
            }
        }
    }

    private static IEnumerable<(string, string?)> Arguments(string text)
    {
        var (depth, start, quoted) = (0, 0, false);
        for (var i = 0; i <= text.Length; i++)
        {
            var letter = i < text.Length ? text[i] : ',';
            depth += letter is '(' or '[' ? 1 : letter is ')' or ']' ? -1 : 0;
            quoted ^= letter == '\'';
            if (letter == ',' && depth == 0 && !quoted)
            {
                var parts = text[start..i].Split('=', 2, StringSplitOptions.TrimEntries);
                start = i + 1;
                if (parts[0].Length > 0 && parts[0] is not ("x" or "kwargs" or "**kwargs" or "*"))
                {
                    yield return (parts[0], parts.Length > 1 ? parts[1] : null);
                }
            }
        }
    }
}
