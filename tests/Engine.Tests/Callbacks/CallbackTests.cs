using System.IO.Compression;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Optimizers.Schedules;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Callbacks;

public class CallbackTests
{
    [Fact]
    public void FitTellsInKerasOrder()
    {
        using var small = new Small();
        var diary = new Diary();

        small.Fit(1, diary);

        Assert.Equal(
            ["train begins", "epoch 0 begins", "step 1", "step 2", "step 3", "test begins", "test ends", "epoch 0 ends with loss, mae, val_loss, val_mae", "train ends"],
            diary.Lines);
    }

    [Fact]
    public void ProgbarLoggerChangesNothingAndSaysNothing()
    {
        using var with = new Small();
        using var without = new Small();

        var told = with.Fit(3, new ProgbarLogger().Start());

        Assert.Equal(without.Fit(3).History.SelectMany(epoch => epoch.Logs), told.History.SelectMany(epoch => epoch.Logs));
        Assert.Empty(with.Said.Concat(with.Warned));
        Assert.Empty(Directory.GetFileSystemEntries(with.Folder.Path));
    }

    [Theory]
    [InlineData(0, 0, 2)]
    [InlineData(2, 0, 3)]
    [InlineData(0, 3, 5)]
    public void EarlyStoppingWaits(int patience, int startFrom, int epochs)
    {
        using var small = new Small();

        var fit = small.Fit(9, new Scripted("val_loss", 1, 2, 3, 4, 5), new EarlyStopping { Patience = patience, StartFromEpoch = startFrom }.Start());

        Assert.Equal(epochs, fit.History.Count);
    }

    [Fact]
    public void EarlyStoppingCountsWhatIsLessThanMinDeltaAsNothing()
    {
        using var small = new Small();

        var fit = small.Fit(9, new Scripted("val_loss", 1, 0.95, 0.9, 0.5), new EarlyStopping { MinDelta = 0.2, Patience = 2 }.Start());

        Assert.Equal(3, fit.History.Count);
    }

    [Fact]
    public void TheBestWeightsAreRestoredWhereTrainingEndsByItselfToo()
    {
        using var small = new Small();
        Tensor? second = null;
        var keep = new Act(training => second = training.Epoch == 1 ? training.Trainer.Model.Weights[0].Value.detach().clone() : second);

        var fit = small.Fit(3, new Scripted("val_loss", 3, 1, 2), keep, new EarlyStopping { Patience = 5, RestoreBestWeights = true, Verbose = 1 }.Start());

        Assert.Equal(3, fit.History.Count);
        Assert.True(second!.Equals(small.Model.Weights[0].Value));
        Assert.Equal(["Restoring model weights from the end of the best epoch: 2."], small.Said);
    }

    [Fact]
    public void AccAndAccuracyAreOneName()
    {
        Assert.Equal("val_p_accuracy", Logs.NameIn(["loss", "val_p_accuracy"], "val_p_acc"));
        Assert.Equal("acc", Logs.NameIn(["acc"], "accuracy"));
        Assert.Null(Logs.NameIn(["macc"], "maccuracy"));
    }

    [Fact]
    public void ACallbackWhoseFigureIsNotReportedDoesNotLookOnAndThatIsTold()
    {
        using var small = new Small();

        var fit = small.Fit(3, new EarlyStopping { Monitor = "val_f1" }.Start());

        Assert.Equal(3, fit.History.Count);
        Assert.Equal(["EarlyStopping does not look on here: no 'val_f1' is reported, only loss, mae, val_loss, val_mae."], small.Warned);
    }

    [Fact]
    public void TheSchedulerCountsEpochs()
    {
        using var small = new Small();
        var callback = new LearningRateScheduler { Schedule = new PiecewiseConstantDecay { Boundaries = [0, 1], Values = [0.5, 0.25, 0.125] }, Verbose = 1 };

        var fit = small.Fit(3, callback.Start());

        Assert.Equal([0.5, 0.25, 0.125], fit.History.Select(epoch => epoch.Logs["learning_rate"]));
        Assert.Equal("Epoch 1: LearningRateScheduler setting learning rate to 0.5.", small.Said[0]);
    }

    [Fact]
    public void ALearningRateThatFollowsAScheduleIsNotSet()
    {
        using var small = new Small(new SGD { LearningRate = new LearningRate(new ExponentialDecay { InitialLearningRate = 0.1, DecaySteps = 10, DecayRate = 0.9 }) });

        Assert.Throws<CallbackException>(() => small.Fit(1, new ReduceLROnPlateau().Start()));
    }

    [Fact]
    public void AFileThatCannotBeWrittenIsToldOnceAndTrainingGoesOn()
    {
        using var small = new Small();
        File.WriteAllText(small.Folder.Of("taken"), "a file where a folder is due");

        var fit = small.Fit(3, new CSVLogger { Filename = "taken/log.csv" }.Start(), new TensorBoard { LogDir = "taken" }.Start());

        Assert.Equal(3, fit.History.Count);
        Assert.Equal(["CSVLogger", "TensorBoard"], small.Warned.Select(sentence => sentence.Split(' ')[0]));
    }

    [Fact]
    public void ACheckpointThatCannotBeWrittenEndsTheTraining()
    {
        using var small = new Small();
        File.WriteAllText(small.Folder.Of("taken"), "a file where a folder is due");

        var error = Assert.Throws<ModelFileException>(() => small.Fit(3, new ModelCheckpoint { Filepath = "taken/m.keras" }.Start()));

        Assert.Contains("The file cannot be written: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADeadServerIsToldOnceAndTrainingGoesOn()
    {
        using var small = new Small();

        var fit = small.Fit(2, new RemoteMonitor { Root = "http://127.0.0.1:9" }.Start());

        Assert.Equal(2, fit.History.Count);
        Assert.StartsWith("RemoteMonitor cannot reach http://127.0.0.1:9", Assert.Single(small.Warned), StringComparison.Ordinal);
    }

    [Fact]
    public void CsvColumnsAreInKerasOrderAndAppendGoesOnBelow()
    {
        using var small = new Small();

        small.Fit(1, new Scripted("loss", 1), new Scripted("mae", 0.5), new Scripted("val_loss", 1e-5), new Scripted("val_mae", double.NaN), new CSVLogger { Filename = "log.csv" }.Start());
        small.Fit(1, new Scripted("loss", 2), new CSVLogger { Filename = "log.csv", Append = true }.Start());

        var lines = File.ReadAllText(small.Folder.Of("log.csv")).Split("\r\n");
        Assert.Equal("epoch,loss,mae,val_loss,val_mae", lines[0]);
        Assert.Equal("0,1.0,0.5,9.999999747378752e-06,nan", lines[1]);
        Assert.StartsWith("0,2.0,", lines[2], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public void ABackupIsTakenUpAtItsEpochAndDeletedAtTheEnd()
    {
        using var small = new Small(new Adam());
        using var other = new Small(new Adam());
        var backup = new BackupAndRestore { BackupDir = small.Folder.Of("backup"), DeleteCheckpoint = false };
        small.Fit(2, backup.Start());

        var fit = other.Fit(3, (backup with { DeleteCheckpoint = true }).Start());

        Assert.Equal([2], fit.History.Select(epoch => epoch.Epoch));
        Assert.Equal(9, other.Trainer.Optimizer.Iterations);
        Assert.False(Directory.Exists(small.Folder.Of("backup")));
    }

    [Fact]
    public void AveragesAreInTheWeightsPlaceWhileTheModelIsMeasured()
    {
        using var small = new Small(new SGD { LearningRate = 0.1, UseEma = true, EmaMomentum = 0.5 });
        var (during, after) = (new List<float>(), new List<float>());
        var look = new Look(measured: training => during.Add(training.Trainer.Optimizer.Averages[0][0, 0].item<float>()), ended: training => after.Add(training.Trainer.Model.Weights[0].Value[0, 0].item<float>()));

        small.Fit(1, new SwapEMAWeights().Start(), look);

        Assert.Equal(after[0], during[0]); // what is trained lay where the averages are, and came back
    }

    [Theory]
    [InlineData("3", 3, 3)]
    [InlineData("[2, 4]", 2, 4)]
    [InlineData("\"2,4\"", 2, 4)]
    public void TensorBoardProfilesBatches(string written, int first, int last)
    {
        using var small = new Small();
        var callback = Reading.Read<Callback>(JsonNodes.Parse($$"""{"TensorBoard": {"profile_batch": {{written}} } }"""));

        small.Fit(3, callback.Start());

        var file = Assert.Single(Directory.GetFiles(Path.Combine(small.Folder.Path, "logs", "plugins", "profile"), "*", SearchOption.AllDirectories));
        Assert.EndsWith($"batch_{last}/local.trace.json.gz", file.Replace('\\', '/'), StringComparison.Ordinal);
        using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        var events = JsonNode.Parse(packed)!["traceEvents"]!.AsArray().Select(one => (string?)one!["name"]).ToList();
        Assert.Equal(Enumerable.Range(first, last - first + 1).Select(step => $"step {step}"), events.Where(name => name != "between steps"));
        Assert.Equal(last - first, events.Count(name => name == "between steps"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("[4, 2]")]
    [InlineData("[1, 2, 3]")]
    [InlineData("\"some\"")]
    public void BatchesToProfileThatAreNoneAreRefused(string written) =>
        Assert.Throws<ConfigException>(() => Reading.Read<Callback>(JsonNodes.Parse($$"""{"TensorBoard": {"profile_batch": {{written}} } }""")));

    [Fact]
    public void TensorBoardWritesKerasTags()
    {
        using var small = new Small();

        small.Fit(2, new TensorBoard { HistogramFreq = 1, UpdateFreq = new SaveFrequency(2), WriteImages = true }.Start());

        Assert.Empty(small.Warned);
        Assert.Single(Directory.GetFiles(small.Folder.Of("logs/train")));
        Assert.Single(Directory.GetFiles(small.Folder.Of("logs/validation")));
        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Directory.GetFiles(small.Folder.Of("logs/train"))[0]));
        Assert.All(["epoch_loss", "epoch_learning_rate", "batch_mae", "dense/kernel/histogram", "dense/kernel/image", "graph_keras_model"], tag => Assert.Contains(tag, text, StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsSavedInTheMiddleGoesOnToTheSameEnd()
    {
        Callback[] callbacks =
        [
            new EarlyStopping { Monitor = "loss", MinDelta = 0.01, Patience = 2, RestoreBestWeights = true },
            new ReduceLROnPlateau { Monitor = "loss", MinDelta = 0.05, Patience = 1, Cooldown = 1, Factor = 0.5 },
            new CSVLogger { Filename = "log.csv" },
            new ModelCheckpoint { Filepath = "{epoch}-{batch}.weights.h5", SaveWeightsOnly = true, SaveFreq = new SaveFrequency(4) },
        ];
        using var whole = new Small();
        using var broken = new Small();
        var straight = whole.Fit(12, [.. callbacks.Select(callback => callback.Start())]);
        using var state = new SavedState();
        var kill = new Kill(state, afterEpochs: 4);
        Assert.Throws<OperationCanceledException>(() => broken.Fit(12, [.. callbacks.Select(callback => callback.Start()), kill]));
        using var batches = Small.Batches();
        using var validation = Small.Batches(passes: 1);
        var rest = new Fit(broken.Trainer, new FitOptions { Epochs = 12 }) { Place = broken.Place };

        rest.Run(batches, 3, validation, [.. callbacks.Select(callback => callback.Start()), kill], state);

        Assert.InRange(straight.History.Count, 5, 11); // it was stopped early, after the kill
        Assert.Equal(straight.History.SelectMany(epoch => epoch.Logs), rest.History.SelectMany(epoch => epoch.Logs));
        Assert.All(whole.Model.Weights.Zip(broken.Model.Weights), pair => Assert.True(pair.First.Value.Equals(pair.Second.Value)));
        Assert.Equal(Directory.GetFiles(whole.Folder.Path).Select(Path.GetFileName).Order(), Directory.GetFiles(broken.Folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(File.ReadAllText(whole.Folder.Of("log.csv")), File.ReadAllText(broken.Folder.Of("log.csv")));
    }

    /// <summary>Saves a training after some epochs, and breaks it off.</summary>
    private sealed class Kill(SavedState state, int afterEpochs) : TrainingListener
    {
        private bool _done;

        public override void AtRest()
        {
            if (Training.Epoch == afterEpochs && !_done)
            {
                _done = true;
                Training.Save(state);
                throw new OperationCanceledException();
            }
        }
    }

    private sealed class Act(Action<Training> act) : TrainingListener
    {
        public override void EpochEnd(Logs logs) => act(Training);
    }

    private sealed class Look(Action<Training> measured, Action<Training> ended) : TrainingListener
    {
        public override void TestBegin() => measured(Training);

        public override void TestEnd(Logs logs) => ended(Training);
    }
}
