using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Estimators.Exporters;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tests.Callbacks;

namespace ExperimentRunner.Engine.Tests.Estimators;

public class TrainAndEvaluateTests
{
    [Fact]
    public void InTrainAnEpochIsAPassAndEndsAtTheStepThatCompletesIt()
    {
        using var small = new Small();
        using var estimator = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        var diary = new Diary();

        estimator.Train(batches, 6, [diary], small.Place); // 20 examples in batches of 8, which run on: passes end in steps 3 and 5

        Assert.Equal(
            ["train begins", "epoch 0 begins", "step 1", "step 2", "step 3", "epoch 0 ends with loss, mae", "epoch 1 begins", "step 4", "step 5", "epoch 1 ends with loss, mae", "epoch 2 begins", "step 6", "train ends"],
            diary.Lines);
    }

    [Fact]
    public void AnEvaluationEndsTheEpochAndItsFiguresAreTheValValues()
    {
        using var small = new Small();
        using var estimator = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        using var data = Small.Batches(passes: 1);
        var diary = new Diary();
        var evaluation = new Evaluation { Batches = data, EverySteps = 2 };

        var session = estimator.Train(batches, 5, [diary], small.Place, evaluations: [evaluation]);

        Assert.Equal(
            ["train begins", "epoch 0 begins", "step 1", "step 2", "test begins", "test ends", "epoch 0 ends with loss, mae, val_loss, val_mae",
                "epoch 1 begins", "step 3", "step 4", "test begins", "test ends", "epoch 1 ends with loss, mae, val_loss, val_mae",
                "epoch 2 begins", "step 5", "test begins", "test ends", "epoch 2 ends with loss, mae, val_loss, val_mae", "train ends"],
            diary.Lines);
        Assert.Equal(session.History[^1].Logs["val_loss"], estimator.Evaluate(data, null)["loss"]);
    }

    [Fact]
    public void SeveralEvaluationsHaveNamesAndTheirOwnTimes()
    {
        using var small = new Small();
        using var estimator = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        using var data = Small.Batches(passes: 1);
        var made = new List<(string?, long)>();
        Evaluation Every(string? name, long steps) => new() { Name = name, Batches = data, EverySteps = steps, Tell = (session, evaluation, _) => made.Add((evaluation.Name, session.Step)) };

        var session = estimator.Train(batches, 6, [], small.Place, evaluations: [Every(null, 4), Every("train", 2)]);

        Assert.Equal([("train", 2), ("train", 4), (null, 4), ("train", 6), (null, 6)], made);
        Assert.Equal(["val_loss", "val_mae", "val_train_loss", "val_train_mae"], session.History[0].Logs.Keys.Where(name => name.StartsWith("val_", StringComparison.Ordinal)));
    }

    [Fact]
    public void CallbacksStopItAndTheBestWeightsAreWhatTheLastCheckpointHolds()
    {
        using var small = new Small();
        using var estimator = small.NewEstimator();
        using var fresh = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        using var data = Small.Batches(passes: 1);
        var store = new CheckpointStore(small.Folder.Of("checkpoints"));
        var saver = new CheckpointSaverHook(store, new RunConfig { SaveCheckpointsSteps = 2 }, TimeProvider.System, (_, _) => { });

        var session = estimator.Train(
            batches, 100, [new Scripted("val_loss", 3, 1, 2, 2, 2), new EarlyStopping { Patience = 2, RestoreBestWeights = true }.Start(), saver], small.Place,
            evaluations: [new Evaluation { Batches = data, EverySteps = 2 }]);
        store.RestoreNewest(fresh, problem => Assert.Fail(problem));

        Assert.Equal(8, session.Step);
        Assert.All(estimator.Model.Weights.Zip(fresh.Model.Weights), pair => Assert.True(pair.First.Value.Equals(pair.Second.Value)));
    }

    [Fact]
    public void TheBestTheLastAndSomeForGoodStay()
    {
        using var small = new Small();
        using var estimator = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        using var data = Small.Batches(passes: 1);
        var store = new CheckpointStore(small.Folder.Of("checkpoints"));
        var config = new RunConfig { SaveCheckpointsSteps = 1, Keep = new KeepOptions { Best = 2, Last = 1, EveryEpochs = 2 } };

        estimator.Train(
            batches, 10, [new Scripted("val_loss", 3, 1, 5, 2, 4), new CheckpointSaverHook(store, config, TimeProvider.System, (_, _) => { })], small.Place,
            evaluations: [new Evaluation { Batches = data, EverySteps = 2 }]);

        Assert.Equal([4, 5, 8, 10], store.All.Select(checkpoint => checkpoint.Step)); // best at 4 and 8; two passes at 5, four at 10
    }

    [Fact]
    public void ExportersWriteModelsAndKeepAsManyAsAsked()
    {
        using var small = new Small();
        using var estimator = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        using var data = Small.Batches(passes: 1);
        Exporter[] exporters = [new LatestExporter { Name = "latest", ExportsToKeep = 2 }, new FinalExporter { Name = "final", Format = ExportFormat.H5 }, new BestExporter { Name = "best", ExportsToKeep = 1 }];

        estimator.Train(batches, 6, [], small.Place, evaluations: [new Evaluation { Batches = data, EverySteps = 2, Exporters = [.. exporters.Select(exporter => exporter.Start(small.Folder.Of("export")))] }]);

        Assert.Equal(["4.keras", "6.keras"], Names("latest"));
        Assert.Equal(["6.h5"], Names("final"));
        Assert.Single(Names("best"));
        using var final = ModelFile.Load(small.Folder.Of("export/final/6.h5"));
        Assert.All(estimator.Model.Weights.Zip(final.Model.Weights), pair => Assert.True(pair.First.Value.Equals(pair.Second.Value)));

        IEnumerable<string?> Names(string name) => Directory.GetFiles(small.Folder.Of($"export/{name}")).Select(Path.GetFileName).Order();
    }

    [Fact]
    public void ModelAndEstimatorLiveApart()
    {
        using var small = new Small();
        small.Fit(1);
        ModelFile.Save(small.Folder.Of("best_model.h5"), small.Model, small.Options, small.Trainer.Optimizer);
        using var saved = ModelFile.Load(small.Folder.Of("best_model.h5"));
        using var first = new Estimator(saved.Model, saved.Compile!, default);
        using var data = Small.Batches(passes: 1);
        var before = first.Evaluate(data, null);

        small.Fit(3);
        ModelFile.Save(small.Folder.Of("best_model.h5"), small.Model, small.Options, small.Trainer.Optimizer);
        using var again = ModelFile.Load(small.Folder.Of("best_model.h5"));
        using var second = new Estimator(again.Model, again.Compile!, default);
        second.Train(data, 2, [], small.Place);

        Assert.Equal(before, first.Evaluate(data, null));
        Assert.NotEqual(before["loss"], second.Evaluate(data, null)["loss"]);
    }

    [Fact]
    public void WhatIsSavedInTheMiddleGoesOnToTheSameEnd()
    {
        using var small = new Small();
        using var whole = small.NewEstimator();
        using var broken = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        using var data = Small.Batches(passes: 1);
        using var state = new SavedState();
        Evaluation[] Evaluations() => [new Evaluation { Batches = data, EverySteps = 3 }];
        TrainingListener Stopping() => new EarlyStopping { Patience = 3, MinDelta = 0.01, RestoreBestWeights = true }.Start();
        var straight = whole.Train(batches, 40, [Stopping()], small.Place, evaluations: Evaluations());

        Assert.Throws<InvalidOperationException>(() => broken.Train(batches, 40, [Stopping(), new KillAt(6, state)], small.Place, evaluations: Evaluations()));
        var rest = broken.Train(batches, 40, [Stopping(), new KillAt(0, state)], small.Place, state, Evaluations());

        Assert.Equal(straight.Step, rest.Step);
        Assert.Equal(straight.History.SelectMany(epoch => epoch.Logs), rest.History.SelectMany(epoch => epoch.Logs));
        Assert.All(whole.Model.Weights.Zip(broken.Model.Weights), pair => Assert.True(pair.First.Value.Equals(pair.Second.Value)));
    }

    [Fact]
    public void AStopBetweenTwoEvaluationsLosesNeithersFigures()
    {
        using var small = new Small();
        using var whole = small.NewEstimator();
        using var broken = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        using var data = Small.Batches(passes: 1);
        using var state = new SavedState();
        using var stop = new CancellationTokenSource();
        Evaluation[] Evaluations() => [new Evaluation { Batches = data, EverySteps = 3 }, new Evaluation { Name = "again", Batches = data, EverySteps = 3 }];
        var straight = whole.Train(batches, 6, [new Diary()], small.Place, evaluations: Evaluations());

        broken.Train(batches, 6, [new StopAfterTest(state, stop)], small.Place, evaluations: Evaluations(), stop: stop.Token);
        var rest = broken.Train(batches, 6, [new StopAfterTest(state, stop)], small.Place, state, Evaluations());

        Assert.Equal(["loss", "mae", "val_loss", "val_mae", "val_again_loss", "val_again_mae"], rest.History[0].Logs.Keys);
        Assert.Equal(straight.History.SelectMany(epoch => epoch.Logs), rest.History.SelectMany(epoch => epoch.Logs));
    }

    /// <summary>Asks for an end after the first evaluation, and saves the training when it comes.</summary>
    private sealed class StopAfterTest(SavedState state, CancellationTokenSource stop) : TrainingListener
    {
        public override void TestEnd(Logs logs) => stop.Cancel();

        public override void Interrupted() => Training.Save(state);
    }

    /// <summary>Saves a training at a step at which an evaluation is due, before it is made, and breaks it off.</summary>
    private sealed class KillAt(long step, SavedState state) : TrainingListener
    {
        public override void AtRest()
        {
            if (Training.Step == step && Training.BatchesDone > 0)
            {
                Training.Save(state);
                throw new InvalidOperationException("killed");
            }
        }
    }
}
