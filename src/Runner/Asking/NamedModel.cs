using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Exporting;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Asking;

/// <summary>A model as a command line names it: a file of a model, or a run.</summary>
internal sealed class NamedModel : IDisposable
{
    private readonly LoadedModel _loaded;
    private Trainer? _trainer;

    private NamedModel(LoadedModel loaded) => _loaded = loaded;

    /// <summary>The model, with its weights.</summary>
    internal Model Model => _loaded.Model;

    /// <summary>What it is compiled for; null when it is not.</summary>
    internal CompileOptions? Compile => _loaded.Compile;

    /// <summary>The model with what it is compiled for and how far its optimizer has come.</summary>
    internal TrainedModel ToTrained()
    {
        _trainer ??= Compile is null || !_loaded.HasOptimizerState ? null : new Trainer(Model, Compile, default);
        return new TrainedModel(Model, Compile, _trainer is not null && _loaded.TryResume(_trainer.Optimizer) ? _trainer.Optimizer : null, _loaded.Origin);
    }

    /// <summary>Reads the model that is meant.</summary>
    /// <param name="reference">A file or a run.</param>
    /// <param name="runs">The folder that runs are kept in; null is the project's.</param>
    /// <exception cref="WrongCommandException">It is neither, or cannot be read.</exception>
    internal static NamedModel Open(string reference, string? runs)
    {
        if (!File.Exists(reference))
        {
            var root = Path.GetFullPath(runs ?? RunsRoot.For(Environment.CurrentDirectory));
            throw RunReference.TryFind(reference, root) is null
                ? IsNothing(reference, root)
                : new WrongCommandException($"The model of a run cannot be read yet.");
        }

        TorchNative.EnsureLoaded();
        try
        {
            return new NamedModel(ModelFile.Load(reference));
        }
        catch (ModelFileException problem)
        {
            throw new WrongCommandException(problem.Message, problem);
        }
    }

    /// <summary>What is said where a name is neither a file's nor a run's.</summary>
    internal static WrongCommandException IsNothing(string reference, string root) => new($"There is no file '{Printable.Line(reference)}', and no run of that name in {root}.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _trainer?.Dispose();
        _loaded.Dispose();
    }
}
