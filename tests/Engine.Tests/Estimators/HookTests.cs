using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Estimators.Hooks;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Tests.Callbacks;

namespace ExperimentRunner.Engine.Tests.Estimators;

public class HookTests
{
    [Theory]
    [InlineData(4L, null, 4)]
    [InlineData(null, 6L, 6)]
    public void StopAtStep(long? steps, long? last, long expected) =>
        Assert.Equal(expected, Train(new StopAtStepHook { NumSteps = steps, LastStep = last }).Session.Step);

    [Fact]
    public void LoggingTellsTheFirstStepAndThenEverySoMany()
    {
        var (_, said, _) = Train(new LoggingTensorHook { Tensors = new LoggedFigures(["loss", "mae", "global_step"]), EveryNIter = 4 });

        Assert.Equal(3, said.Count);
        Assert.StartsWith("loss = ", said[0], StringComparison.Ordinal);
        Assert.EndsWith("global_step = 1, step = 1", said[0], StringComparison.Ordinal);
        Assert.Contains("step = 5 (", said[1], StringComparison.Ordinal);
    }

    [Fact]
    public void LoggedFiguresMayHaveNamesOfTheirOwn() =>
        Assert.Matches("^error = [0-9.e-]+, n = 1, step = 1$", Train(new LoggingTensorHook { Tensors = new LoggedFigures(new Dictionary<string, string> { ["error"] = "mae", ["n"] = "global_step" }), EveryNIter = 100 }).Said[0]);

    [Fact]
    public void StepsASecondAreToldCountedFromTheFirstStep() =>
        Assert.StartsWith("global_step/sec: ", Assert.Single(Train(new StepCounterHook { EveryNSteps = 5 }).Said), StringComparison.Ordinal); // at step 6 of 10

    [Fact]
    public void StepsASecondAreToldAfterStepsOrSecondsNotBoth()
    {
        Assert.Equal("every_n_secs", Assert.Single(new StepCounterHook { EveryNSecs = 5 }.FindMistakes()).Option);
        Assert.Single(new StepCounterHook { EveryNSteps = null }.FindMistakes());
        Assert.Empty(new StepCounterHook { EveryNSteps = null, EveryNSecs = 5 }.FindMistakes());
    }

    [Fact]
    public void ALossThatIsNoNumberFailsOrEnds()
    {
        Assert.Throws<EstimatorException>(() => Train(new NanTensorHook(), rate: 1e30));

        var (session, _, warned) = Train(new NanTensorHook { FailOnNanLoss = false }, rate: 1e30);

        Assert.InRange(session.Step, 1, 9);
        Assert.Contains($"at step {session.Step}", Assert.Single(warned), StringComparison.Ordinal);
    }

    [Fact]
    public void FilesAreWrittenIntoTheirFolders()
    {
        using var small = new Small();
        using var estimator = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        Hook[] hooks = [new SummarySaverHook { SaveSteps = 4, OutputDir = "summaries" }, new ProfilerHook { SaveSteps = 5, OutputDir = "profile" }, new CheckpointSaving { SaveSteps = 5, CheckpointDir = "more" }];

        estimator.Train(batches, 10, [.. hooks.Select(hook => hook.Start(small.Place))], small.Place);

        Assert.Empty(small.Warned);
        Assert.Single(Directory.GetFiles(small.Folder.Of("summaries")));
        Assert.Equal(["timeline-10.json", "timeline-5.json"], Directory.GetFiles(small.Folder.Of("profile")).Select(Path.GetFileName).Order());
        Assert.Equal(["model.ckpt-0.safetensors", "model.ckpt-10.safetensors", "model.ckpt-5.safetensors"], Directory.GetFiles(small.Folder.Of("more")).Select(Path.GetFileName).Order());
        using var trace = System.Text.Json.JsonDocument.Parse(File.ReadAllText(small.Folder.Of("profile/timeline-10.json")));
        Assert.Contains("step 6", trace.RootElement.GetProperty("traceEvents").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
    }

    [Fact]
    public void EvaluationsStopTheTraining()
    {
        Assert.Equal(2, Evaluated(new StopIfLower { MetricName = "loss", Threshold = 1e9 }).Step);
        Assert.Equal(4, Evaluated(new StopIfLower { MetricName = "loss", Threshold = 1e9, MinSteps = 3 }).Step);
        Assert.Equal(20, Evaluated(new StopIfHigher { MetricName = "loss", Threshold = 1e9 }).Step);
        Assert.Equal(6, Evaluated(new StopIfNoIncrease { MetricName = "mae", MaxStepsWithoutIncrease = 4 }).Step);
        Assert.InRange(Evaluated(new StopIfNoDecrease { MetricName = "mean_absolute_error", MaxStepsWithoutDecrease = 4 }).Step, 20, 20);
    }

    private static TrainingSession Evaluated(Hook hook)
    {
        using var small = new Small();
        using var estimator = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        using var data = Small.Batches(passes: 1);
        return estimator.Train(batches, 20, [hook.Start(small.Place)], small.Place, evaluations: [new Evaluation { Batches = data, EverySteps = 2 }]);
    }

    private static (TrainingSession Session, List<string> Said, List<string> Warned) Train(Hook hook, double rate = 0.1)
    {
        using var small = new Small(new SGD { LearningRate = rate });
        using var estimator = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        return (estimator.Train(batches, 10, [hook.Start(small.Place)], small.Place), small.Said, small.Warned);
    }
}
