using ExperimentRunner.Engine.Models;
using ExperimentRunner.Runner.Configuration.Models;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Exporting;

namespace ExperimentRunner.Runner.Execution;

/// <summary>Does the steps that write a model: what was trained last, or what the step names.</summary>
internal sealed class SaveSteps(RunContext run, ModelSteps model, EstimatorSteps estimator, RunKeeper keeper)
{
    private bool EstimatorTrainedLast => run.Definition.Run.Take(keeper.Position).LastOrDefault(step => step is FitStep || step.TrainsEstimator) is { TrainsEstimator: true };

    /// <summary>Saves.</summary>
    internal void Save(SaveStep step) => Write("save", step, trained =>
    {
        if ((step.IncludeOptimizer ? trained : trained with { Compile = null, Optimizer = null }).Save(run.Folder.InFolder(step.Path)) is { } sentence)
        {
            Warn(sentence);
        }

        return step.Path;
    });

    /// <summary>Exports.</summary>
    internal void Export(ExportStep step) => Write("export", step, trained =>
    {
        var exporter = Exporter.Find(step.Format)!;
        var file = step.Path ?? run.Name + exporter.Ending;
        exporter.Write(new ExportSource(() => trained, () => run.Folder, Warn), run.Folder.InFolder(file));
        return file;
    });

    private void Warn(string sentence) => run.Log.Warning("{Sentence:l}", sentence);

    private void Write(string what, Step step, Func<TrainedModel, string> write)
    {
        var start = run.Clock.GetTimestamp();
        var ofEstimator = step.Of is { } of ? of.Name == "estimator" : EstimatorTrainedLast || run.Definition.Model is null;
        var trained = ofEstimator ? estimator.Trained : model.Trained;
        if (step.Of?.Name is { } name and not ("model" or "estimator"))
        {
            using var part = ModelParts.Of(trained.Model, name);
            run.Log.Information("{What:l}  {Name:l} in {File:l}", what, name, write(new TrainedModel(part, null, null, null)));
        }
        else
        {
            run.Log.Information("{What:l}  {Name:l} in {File:l}", what, trained.Model.Name, write(trained));
        }

        run.Record.AddResult(what, ofEstimator ? estimator.GlobalStep : model.Steps, run.Seconds(start), []);
    }
}
