using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>Checks input functions against the model: every input given, nothing else, shapes that fit, lengths that agree.</summary>
internal sealed class InputChecker(Experiment experiment, DataChecker data, Graph? graph, Objective? objective, Reading reading)
{
    /// <summary>The same for a model among the layers of the model.</summary>
    internal InputChecker ForPart(Graph part, Objective? goal) => new(experiment, data, part, goal, reading);

    /// <summary>How many outputs the model has; 0 where it is not known.</summary>
    internal int Outputs => graph?.Outputs.Count ?? 0;

    /// <summary>How many examples an input function has; null where only the data tell.</summary>
    internal long? CountOf(InputFunction function) =>
        (function.X.One ?? function.X.ByName?.Values.FirstOrDefault()) is { } reference ? data.Split(reference, new Reading(Dialect.Experiment, []))?.Count : null;

    /// <summary>Checks all of them.</summary>
    internal void Check()
    {
        foreach (var (name, function) in experiment.InputFns)
        {
            Check(function.X, function.Y, function.SampleWeight, reading.In(name));
        }
    }

    /// <summary>Checks what is given for the inputs and outputs of the model.</summary>
    internal void Check(NamedData x, NamedData? y, NamedData? sampleWeight, Reading at)
    {
        var inputs = graph?.Inputs.Select(port => (port.Name, port.Spec)).ToList();
        var columns = Columns(x, inputs, at.In("x"), "input");
        foreach (var (name, found, place) in columns)
        {
            if (inputs?.Find(input => input.Name == name) is { Spec: { } wanted } && found.Spec is { } given && !Fits(Column.Shaped(given.Shape, wanted.Shape), wanted.Shape))
            {
                at.In("x").Fail(place, $"The data are {given.Shape}, but the input '{name}' is {wanted.Shape}.", "data of the input's shape, perhaps by a transform");
            }
        }

        if (y is { } targets)
        {
            var outputs = graph?.Outputs.Select(port => (port.Name, port.Spec)).ToList();
            foreach (var (name, found, place) in Columns(targets, outputs, at.In("y"), "output"))
            {
                columns.Add((name, found, place));
                if (outputs?.Find(output => output.Name == name) is { Spec: { } output } && found.Spec is { } given)
                {
                    CheckTarget(name, given, output, place, at.In("y"));
                }
            }
        }

        if (sampleWeight is { } weights)
        {
            columns.AddRange(Columns(weights, graph?.Outputs.Select(port => (port.Name, port.Spec)).ToList(), at.In("sample_weight"), "output", all: false));
        }

        var lengths = columns.Where(column => column.Found.Count is not null).DistinctBy(column => column.Found.Count).ToList();
        if (lengths.Count > 1)
        {
            at.Fail(
                lengths[1].Place,
                $"x, y and weights differ in length: {string.Join(", ", columns.Where(column => column.Found.Count is not null).Select(column => $"'{column.Name}' has {column.Found.Count} examples"))}.",
                "columns of the same split");
        }
    }

    /// <summary>The columns of named data, with the names they are for; mistakes in the names are told.</summary>
    private List<(string Name, DataChecker.ColumnSpec Found, SourceSpan Place)> Columns(
        NamedData named, List<(string Name, Spec Spec)>? ports, Reading at, string what, bool all = true)
    {
        var references = named.ByName;
        if (named.One is { Column: not null } one)
        {
            if (ports is { Count: > 1 } && all)
            {
                at.Fail(one.At, $"The model has {ports.Count} {what}s, and one column is given.", $"a mapping from {string.Join(", ", ports.Select(port => port.Name))}");
                return [];
            }

            return data.Find(one, at, TakesText(ports?.FirstOrDefault())) is { } found ? [(ports?[0].Name ?? what, found, one.At)] : [];
        }

        if (named.One is { } split)
        {
            if (data.Split(split, at) is null || ports is null)
            {
                return [];
            }

            references = ports.ToDictionary(port => port.Name, port => split with { Column = port.Name });
        }

        if (ports is not null && references is not null && all)
        {
            var (expected, given) = (ports.Select(port => port.Name).ToList(), references.Keys.ToList());
            var (missing, strange) = (expected.Except(given).ToList(), given.Except(expected).ToList());
            if (missing.Count + strange.Count > 0)
            {
                at.Fail(
                    references.Where(reference => strange.Contains(reference.Key)).Select(reference => reference.Value.At).FirstOrDefault() ?? named.At,
                    $"The names given are not the model's {what}s: {(strange.Count > 0 ? $"{Quoted(strange)} {(strange.Count == 1 ? "is" : "are")} none" : "")}{(strange.Count > 0 && missing.Count > 0 ? ", and " : "")}{(missing.Count > 0 ? $"{Quoted(missing)} {(missing.Count == 1 ? "is" : "are")} missing" : "")}.{(strange.Count > 0 ? NearestName.Hint(strange[0], missing) : "")}",
                    $"the keys {string.Join(", ", expected)}; given are {string.Join(", ", given)}");
            }
        }

        return [.. (references ?? new Dictionary<string, DataReference>())
            .Select(reference => (reference.Key, Found: data.Find(reference.Value, at.In(reference.Key), TakesText(ports?.Find(port => port.Name == reference.Key))), reference.Value.At))
            .Where(column => column.Found is not null)
            .Select(column => (column.Key, column.Found!, column.At))];
    }

    private static bool? TakesText((string Name, Spec? Spec)? port) => port?.Spec is { } spec ? spec.Type == DataType.String : null;

    private void CheckTarget(string name, Spec target, Spec output, SourceSpan place, Reading at)
    {
        if (objective?.Outputs.FirstOrDefault(one => one.Output == name)?.Loss is not { } choice)
        {
            return;
        }

        try
        {
            choice.For(output.Shape, target.Shape).NeedFit(target.Shape, output.Shape);
        }
        catch (ShapeException misfit)
        {
            at.Fail(place, $"The targets do not fit the loss of the output '{name}', which {misfit.Message}.", "targets that fit, perhaps by a transform such as to_categorical");
        }
    }

    private static bool Fits(Shape given, Shape wanted) =>
        given.Rank == wanted.Rank && given.Zip(wanted).Skip(1).All(pair => pair.First is null || pair.Second is null || pair.First == pair.Second);

    private static string Quoted(List<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
