using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>What is exported: a model, and the run that it comes from. Each is found when it is first asked for.</summary>
/// <param name="findModel">Finds the model.</param>
/// <param name="findRun">Finds the run.</param>
/// <param name="warn">Takes what whoever asked should know of the file.</param>
internal sealed class ExportSource(Func<TrainedModel> findModel, Func<RunFolder> findRun, Action<string> warn)
{
    private readonly Lazy<TrainedModel> _model = new(findModel);
    private readonly Lazy<RunFolder> _run = new(findRun);

    /// <summary>The model, with its weights.</summary>
    internal TrainedModel Model => _model.Value;

    /// <summary>Writes the model; the ending of the name says how. Tells when not every Keras opens it.</summary>
    internal void Save(string path) => Save(path, Model);

    /// <summary>The same, of the model said otherwise.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="advice">What may be done where not every Keras opens it.</param>
    internal void Save(string path, TrainedModel model, string advice = "")
    {
        if (model.Save(path) is { } sentence)
        {
            warn(sentence + advice);
        }
    }

    /// <summary>The run.</summary>
    internal RunFolder Run => _run.Value;
}
