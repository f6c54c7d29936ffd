using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Models;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Execution;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Asking;

/// <summary>What a run trained last, its estimator or its model: described without tensors, and read from its newest checkpoint.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Graph">Its layers and how they are joined.</param>
/// <param name="Compile">What it is compiled for; null where it is not.</param>
/// <param name="Adapted">What the run learned from its data before training.</param>
internal sealed record TrainedRun(string Name, Graph Graph, CompileOptions? Compile, AdaptedFile Adapted)
{
    private const int CurrentGeneration = 3;
    private const string ModelPart = "model";
    private const string EstimatorPart = "estimator";

    private RunFolder Folder { get; init; } = null!;

    /// <summary>The run's name and id.</summary>
    internal string Reference => $"{Folder.Name}/{Folder.Id}";

    private CheckedExperiment Experiment { get; init; } = null!;

    private bool OfEstimator { get; init; }

    /// <summary>Describes what a run trained last.</summary>
    /// <exception cref="WrongCommandException">Its experiment cannot be read any more.</exception>
    internal static TrainedRun Describe(RunFolder folder)
    {
        try
        {
            var adapted = AdaptedFile.Read(folder);
            var loaded = ExperimentLoader.Load(folder.ResolvedFile, [], DataReading.Nothing, out var mistakes)
                ?? throw new WrongCommandException($"The experiment of the run {folder.Path} cannot be read: {(mistakes.Errors.FirstOrDefault()?.Problem ?? "it is damaged.")}");
            var experiment = adapted.Into(loaded);
            var training = experiment.Definition.Run.LastOrDefault(step => step is FitStep || step.TrainsEstimator);
            var ofEstimator = training?.TrainsEstimator ?? experiment.Definition.Estimator is not null;
            if (ofEstimator && experiment.Definition.Estimator is { Mode: EstimatorMode.KerasModelPath, KerasModelPath: { } path })
            {
                using var described = ModelPlaces.Describe(ModelPlaces.Find(path, folder.Path));
                return new TrainedRun(described.Model.Name, described.Model.Graph, described.Compile ?? experiment.Definition.Compile, adapted)
                {
                    Folder = folder, Experiment = experiment, OfEstimator = true,
                };
            }

            return experiment.Model is not { } model ? throw new WrongCommandException($"The run {folder.Path} has no model.")
                : new TrainedRun(model.Name, model.Graph, experiment.Compile, adapted) { Folder = folder, Experiment = experiment, OfEstimator = ofEstimator };
        }
        catch (Exception problem) when (problem is DataException or ModelFileException)
        {
            throw new WrongCommandException(problem.Message, problem);
        }
    }

    /// <summary>What the run tells of its model, as a file would.</summary>
    internal ModelDescription ToDescription() =>
        new(Model.Declare(Name, Graph), Compile, null, [], new ModelOrigin(ModelFormat.Weights, CurrentGeneration, null, null));

    /// <summary>Reads its weights, and how far its optimizer has come.</summary>
    /// <param name="tell">Takes a sentence about each checkpoint that could not be used.</param>
    /// <exception cref="WrongCommandException">The run has kept no weights.</exception>
    internal (Model Model, Trainer? Trainer) Read(Action<string> tell)
    {
        using var checkpoints = new RunCheckpoints(Folder.Checkpoints);
        using var state = checkpoints.ReadNewest(_ => true, tell)
            ?? throw new WrongCommandException($"The run {Folder.Path} has kept no weights: it has no checkpoint that can be read.");
        var (part, compile) = (state.At(OfEstimator ? EstimatorPart : ModelPart), Compile);
        if (!part.Need<bool>("at_work"))
        {
            throw new WrongCommandException($"The run {Folder.Path} has trained no model yet.");
        }

        var model = new Model(Name, Graph, default);
        try
        {
            if (Experiment.Model is { Trainable: false })
            {
                model.Module.Freeze(true);
            }

            foreach (var step in Experiment.Definition.Run.Take(OfEstimator ? 0 : (int)state.Need<long>("position")).OfType<CompileStep>())
            {
                TrainableLayers.Set(model.Module, step.Trainable);
                compile = step.Over(compile ?? new CompileOptions());
            }

            model.Restore(part);
            var trainer = compile is null ? null : new Trainer(model, compile, default);
            trainer?.Restore(OfEstimator ? part : part.At("trainer"));
            return (model, trainer);
        }
        catch (DataException problem)
        {
            model.Dispose();
            throw new WrongCommandException($"The checkpoint of the run {Folder.Path} is of another model: {problem.Message}", problem);
        }
    }
}
