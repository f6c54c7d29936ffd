using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;
using ExperimentRunner.Engine.Layers.Recurrent;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>The shape of the model's input that its first layer brings with it, in one of Keras's four ways to say it.</summary>
/// <param name="Axes">The shape, the batch included; null where it was a mistake.</param>
/// <param name="At">Where it was written.</param>
/// <param name="InOldWords">Whether it was said as Keras 1 did, where later layers might say it too, to no effect.</param>
internal sealed record GivenInputShape(IReadOnlyList<long?>? Axes, SourceSpan At, bool InOldWords = false)
{
    private const string Axis = "input_dim";
    private const string Steps = "input_length";

    /// <summary>The words of Keras 1 and 2 for it: the length of the last axis, and of a sequence.</summary>
    internal static IReadOnlyList<string> OldNames => [Axis, Steps];

    /// <summary>The shape that a layer's options give; null where they give none.</summary>
    /// <param name="kind">The layer's class.</param>
    /// <param name="options">What was written under it.</param>
    /// <param name="reading">The reading of the layer.</param>
    internal static GivenInputShape? Read(string kind, MappingNode options, Reading reading)
    {
        string[] old = Catalog.Find(typeof(Layer), kind) is { } type ? [.. OldNames.Where(name => !Form.HasOption(type, name))] : [];
        var ways = options.Entries.Where(option => option.Name is "input_shape" or "batch_input_shape" || old.Contains(option.Name)).ToList();
        var second = ways.Skip(1).FirstOrDefault(way => !(old.Contains(way.Name) && old.Contains(ways[0].Name)));
        if (second is not null)
        {
            reading.Fail(second.Key, $"'{second.Name}' and '{ways[0].Name}' both say the shape of the input.", "one of the two");
            return new GivenInputShape(null, second.Value.At);
        }

        switch (ways)
        {
            case []:
                return null;
            case [var shape] when !old.Contains(shape.Name):
                return new GivenInputShape(
                    Form.Of(typeof(IReadOnlyList<long?>)).TryRead(shape.Value, reading.In(shape.Name), out var sizes)
                        ? [.. shape.Name == "input_shape" ? new long?[] { null } : [], .. (IReadOnlyList<long?>)sizes!] : null,
                    shape.Value.At);
            default:
                var steps = Size(options[Steps]);
                var axis = old.Contains(Axis) ? Size(options[Axis]) : null;
                return new GivenInputShape(
                    steps is { Good: false } || axis is { Good: false } ? null
                    : axis is null ? [null, steps!.Value.Length] // an Embedding's
                    : steps is not null || TakesSequences(kind) ? [null, steps?.Length, axis.Value.Length]
                    : [null, axis.Value.Length],
                    ways[0].Value.At,
                    InOldWords: true);
        }

        (bool Good, long? Length)? Size(Node? node) => node is null ? null
            : Form.Of(typeof(long?)).TryRead(node, reading.In(node == options[Steps] ? Steps : Axis), out var length) ? (true, (long?)length)
            : (false, null);
    }

    /// <summary>Whether a word is one for the shape of the input, and not an option of the layer itself.</summary>
    internal static bool IsOldName(string kind, string name) => OldNames.Contains(name) && Catalog.Find(typeof(Layer), kind) is { } type && !Form.HasOption(type, name);

    private static bool TakesSequences(string kind) => kind == "TimeDistributedDense"
        || (Catalog.Find(typeof(Layer), kind) is { } type && (typeof(RecurrentLayer).IsAssignableFrom(type) || type == typeof(Conv1D) || type == typeof(LocallyConnected1D)));
}
