using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Estimators.Exporters;
using ExperimentRunner.Engine.Estimators.Hooks;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tests.Callbacks;

namespace ExperimentRunner.Engine.Tests.House;

/// <summary>What holds for every callback, hook and exporter there is.</summary>
public class EveryCallback
{
    public static TheoryData<string> Callbacks() => Names(typeof(Callback), 12);

    public static TheoryData<string> Hooks() => Names(typeof(Hook), 11);

    public static TheoryData<string> Exporters() => Names(typeof(Exporter), 3);

    [Theory, MemberData(nameof(Callbacks))]
    public void ACallbackLooksOnInBothWorldsByItsOwnExample(string name)
    {
        using var small = new Small(new SGD { LearningRate = 0.01, UseEma = true });
        using var estimator = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        using var data = Small.Batches(passes: 1);
        var callback = Reported(Example<Callback>(name));

        small.Fit(2, callback.Start());
        estimator.Train(batches, 4, [callback.Start()], small.Place, evaluations: [new Evaluation { Batches = data, EverySteps = 2 }]);

        Assert.All(small.Warned, sentence => Assert.True(sentence.StartsWith("RemoteMonitor cannot reach", StringComparison.Ordinal), sentence));
    }

    [Theory, MemberData(nameof(Callbacks))]
    public void ACallbackTakesUpWhatItSaved(string name)
    {
        using var small = new Small(new SGD { LearningRate = 0.01, UseEma = true });
        var callback = Reported(Example<Callback>(name));
        var (first, second) = (callback.Start(), callback.Start());
        using var state = new SavedState();
        using var again = new SavedState();

        var fit = small.Fit(2, first);
        first.Save(state);
        second.Attach(fit);
        second.Restore(state);
        second.Save(again);

        Assert.Equal(state.Values.Select(pair => (pair.Key, pair.Value?.ToJsonString())), again.Values.Select(pair => (pair.Key, pair.Value?.ToJsonString())));
        Assert.Equal(state.Tensors.Keys, again.Tensors.Keys);
        (second as IDisposable)?.Dispose();
    }

    [Theory, MemberData(nameof(Hooks))]
    public void AHookLooksOnByItsOwnExample(string name)
    {
        using var small = new Small();
        using var estimator = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        using var data = Small.Batches(passes: 1);

        estimator.Train(batches, 4, [Example<Hook>(name).Start(small.Place)], small.Place, evaluations: [new Evaluation { Batches = data, EverySteps = 2 }]);

        Assert.Empty(small.Warned);
    }

    [Theory, MemberData(nameof(Exporters))]
    public void AnExporterWritesByItsOwnExample(string name)
    {
        using var small = new Small();
        using var estimator = small.NewEstimator();
        using var batches = Small.Batches(runsOn: true);
        using var data = Small.Batches(passes: 1);
        var exporter = Example<Exporter>(name) is BestExporter best ? best with { Monitor = "loss" } : Example<Exporter>(name);

        estimator.Train(batches, 4, [], small.Place, evaluations: [new Evaluation { Batches = data, EverySteps = 2, Exporters = [exporter.Start(small.Folder.Of("export"))] }]);

        Assert.NotEmpty(Directory.GetFiles(small.Folder.Of("export"), "*.keras", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(typeof(Callback), "EarlyStopping ModelCheckpoint ReduceLROnPlateau LearningRateScheduler CSVLogger TensorBoard TerminateOnNaN BackupAndRestore RemoteMonitor SwapEMAWeights ProgbarLogger History")]
    [InlineData(typeof(Hook), "StopAtStepHook CheckpointSaverHook LoggingTensorHook NanTensorHook StepCounterHook SummarySaverHook ProfilerHook stop_if_no_decrease stop_if_no_increase stop_if_higher stop_if_lower stop_if_no_decrease_hook stop_if_no_increase_hook stop_if_higher_hook stop_if_lower_hook")]
    [InlineData(typeof(Exporter), "BestExporter LatestExporter FinalExporter")]
    public void IsInTheCatalog(Type kind, string names) => Assert.All(names.Split(' '), name => Assert.NotNull(Catalog.Find(kind, name)));

    [Fact]
    public void CodeStaysOutAndIsToldSo() =>
        Assert.Equal("'LambdaCallback' is Keras's, but left out here: it holds Python code, and a file here is data.", LeftOut.ReasonFor(typeof(Callback), "LambdaCallback"));

    private static TheoryData<string> Names(Type kind, int least)
    {
        var names = new TheoryData<string>([.. Catalog.TypesOf(kind).Select(Catalog.NameOf)]);
        Assert.True(names.Count >= least);
        return names;
    }

    /// <summary>The same callback, watching a figure that the small training reports.</summary>
    private static Callback Reported(Callback callback) => callback is MonitorCallback monitor ? monitor with { Monitor = "val_loss" } : callback;

    private static T Example<T>(string name)
        where T : class => Reading.Read<T>(Documentation.Example(Catalog.Find(typeof(T), name)!));
}
