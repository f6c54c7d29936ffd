using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>What is exported: a file of a model or a run. The model is read when it is first asked for.</summary>
/// <param name="reference">The file or the run, as it was named.</param>
/// <param name="runs">The folder that runs are kept in; null is the project's.</param>
internal sealed class ExportSource(string reference, string? runs) : IDisposable
{
    private NamedModel? _model;

    /// <summary>The model, with its weights.</summary>
    /// <exception cref="WrongCommandException">There is none, or it cannot be read.</exception>
    internal NamedModel Model => _model ??= NamedModel.Open(reference, runs);

    /// <summary>The run.</summary>
    /// <exception cref="WrongCommandException">It is a file, or there is none.</exception>
    internal RunFolder Run => File.Exists(reference)
        ? throw new WrongCommandException($"'{reference}' is a file, and this form is of a run.")
        : RunReference.Find(reference, Path.GetFullPath(runs ?? RunsRoot.For(Environment.CurrentDirectory)));

    /// <summary>What a file is called that is made of it, without an ending.</summary>
    internal string ShortName => File.Exists(reference) ? NamedModel.ShortNameOf(reference) : Run.Name;

    /// <inheritdoc/>
    public void Dispose() => _model?.Dispose();
}
