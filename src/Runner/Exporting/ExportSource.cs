using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>What is exported: a model, and the run that it comes from. Each is found when it is first asked for.</summary>
/// <param name="findModel">Finds the model.</param>
/// <param name="findRun">Finds the run.</param>
internal sealed class ExportSource(Func<TrainedModel> findModel, Func<RunFolder> findRun)
{
    private readonly Lazy<TrainedModel> _model = new(findModel);
    private readonly Lazy<RunFolder> _run = new(findRun);

    /// <summary>The model, with its weights.</summary>
    internal TrainedModel Model => _model.Value;

    /// <summary>The run.</summary>
    internal RunFolder Run => _run.Value;
}
