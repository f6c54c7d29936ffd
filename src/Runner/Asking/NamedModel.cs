using System.Globalization;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Execution;
using ExperimentRunner.Runner.Exporting;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Asking;

/// <summary>A model as a command line or an experiment names it: a file of a model, or a run, whose newest checkpoint counts.</summary>
internal sealed class NamedModel : IDisposable
{
    private readonly LoadedModel? _loaded;
    private readonly SortedDictionary<string, string> _about = new(StringComparer.Ordinal);
    private Trainer? _trainer;

    private NamedModel(LoadedModel loaded, string path)
    {
        (_loaded, Model, Compile, Adapted) = (loaded, loaded.Model, loaded.Compile, new AdaptedFile());
        _about["file"] = Path.GetFileName(path);
    }

    private NamedModel(TrainedRun run, Action<string> tell)
    {
        (Model, _trainer) = run.Read(tell);
        (Compile, Adapted) = (_trainer?.Options ?? run.Compile, run.Adapted);
        _about["run"] = run.Reference;
        if (_trainer is not null)
        {
            _about["step"] = _trainer.Optimizer.Iterations.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The model, with its weights.</summary>
    internal Model Model { get; }

    /// <summary>What it is compiled for; null when it is not.</summary>
    internal CompileOptions? Compile { get; }

    /// <summary>What is done to raw values before the model sees them.</summary>
    internal AdaptedFile Adapted { get; }

    /// <summary>The file that it came from; null where it is a run's.</summary>
    internal ModelOrigin? Origin => _loaded?.Origin;

    /// <summary>Reads the model that an experiment names, now found.</summary>
    /// <param name="path">The file, or the folder of a run.</param>
    /// <exception cref="WrongCommandException">It cannot be read.</exception>
    internal static NamedModel Open(string path) => Open(path, path, _ => { });

    /// <summary>Reads the model that is meant.</summary>
    /// <param name="reference">A file or a run.</param>
    /// <param name="root">The folder that runs are kept in.</param>
    /// <param name="tell">Takes a sentence about each thing that was passed over.</param>
    /// <exception cref="WrongCommandException">It is neither, or cannot be read.</exception>
    internal static NamedModel Open(string reference, string root, Action<string> tell)
    {
        if (!File.Exists(reference))
        {
            var run = TrainedRun.Describe(RunReference.TryFind(reference, root) ?? throw IsNothing(reference, root));
            TorchNative.EnsureLoaded();
            return new NamedModel(run, tell);
        }

        TorchNative.EnsureLoaded();
        try
        {
            return new NamedModel(ModelFile.Load(reference), reference);
        }
        catch (ModelFileException problem)
        {
            throw new WrongCommandException(problem.Message, problem);
        }
    }

    /// <summary>Puts an optimizer that was started for this model's trainable weights where its own stands; false where that is not known, or it is another.</summary>
    internal bool TryResume(OptimizerState optimizer)
    {
        if (_loaded is not null)
        {
            return _loaded.TryResume(optimizer);
        }

        using var state = new SavedState();
        _trainer?.Optimizer.Save(state);
        try
        {
            optimizer.Restore(state);
            return true;
        }
        catch (DataException)
        {
            return false;
        }
    }

    /// <summary>The model with what it is compiled for and how far its optimizer has come.</summary>
    internal TrainedModel ToTrained() => new(Model, Compile, Optimizer(), _loaded?.Origin) { About = _about };

    /// <summary>What is said where a name is neither a file's nor a run's.</summary>
    internal static WrongCommandException IsNothing(string reference, string root) =>
        new($"There is no file '{Printable.Line(reference)}', and no run of that name in {root}.");

    /// <inheritdoc/>
    public void Dispose()
    {
        _trainer?.Dispose();
        _loaded?.Dispose();
        Model.Dispose();
    }

    /// <summary>How far the optimizer has come; null where that is not known.</summary>
    private OptimizerState? Optimizer()
    {
        if (_trainer is null && _loaded is { HasOptimizerState: true } && Compile is not null)
        {
            var trainer = new Trainer(Model, Compile, default);
            if (_loaded.TryResume(trainer.Optimizer))
            {
                _trainer = trainer;
            }
            else
            {
                trainer.Dispose();
            }
        }

        return _trainer?.Optimizer;
    }
}
