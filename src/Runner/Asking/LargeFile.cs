using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Commands;

namespace ExperimentRunner.Runner.Asking;

/// <summary>One file of arrays that would take much of the memory: it is read while a model predicts.</summary>
internal sealed class LargeFile : IDisposable
{
    private readonly Dataset _data;

    private LargeFile(Dataset data, IReadOnlyList<Column> columns) => (_data, Columns) = (data, columns);

    /// <summary>A column for each input of the model.</summary>
    internal IReadOnlyList<Column> Columns { get; }

    /// <summary>Opens what was named, where it is one large file whose arrays are the model's inputs as they are; else null.</summary>
    /// <param name="said">What was named.</param>
    /// <param name="model">The model.</param>
    /// <param name="isLarge">Whether a source is too large to be in memory.</param>
    /// <exception cref="WrongCommandException">It cannot be read.</exception>
    internal static LargeFile? TryOpen(IReadOnlyList<string> said, NamedModel model, Func<DataSource, bool> isLarge)
    {
        if (said is not [var file] || !File.Exists(file) || Path.GetExtension(file) is not { Length: > 1 } ending
            || Catalog.Find(typeof(DataSource), ending[1..].ToLowerInvariant()) is not { } type || !type.IsSubclassOf(typeof(FileSource)) || type == typeof(ImageFolder))
        {
            return null;
        }

        var source = (FileSource)Activator.CreateInstance(type)! with { Path = new FilePath(file, Path.GetFullPath(file), SourceSpan.Nowhere) };
        if (!isLarge(source))
        {
            return null;
        }

        try
        {
            var data = DatasetLoader.Load(file, source, default, streams: true);
            var (ports, arrays) = (model.Model.Graph.Inputs, data.Splits["train"]);
            var columns = ports.Select(port => (arrays.GetValueOrDefault(port.Name) ?? (ports.Count == 1 && arrays.Count == 1 ? arrays.Values.Single() : null)) is { } raw
                ? model.Adapted.Column(port.Name, raw).For(port.Spec.Shape) : null).ToList();
            if (ports.Zip(columns).All(pair => pair.Second is { } column && Fits(column.Spec, pair.First.Spec)))
            {
                return new LargeFile(data, columns!);
            }

            data.Dispose();
            return null;
        }
        catch (DataException problem)
        {
            throw new WrongCommandException(problem.Message, problem);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _data.Dispose();

    private static bool Fits(Spec given, Spec wanted) => given.Rank == wanted.Rank && (given.Type == DataType.String) == (wanted.Type == DataType.String)
        && given.Shape.Zip(wanted.Shape).Skip(1).All(pair => pair.First is null || pair.Second is null || pair.First == pair.Second);
}
