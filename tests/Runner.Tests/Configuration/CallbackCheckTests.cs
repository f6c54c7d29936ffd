using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Configuration;

/// <summary>What is said of callbacks, hooks and exporters before anything runs.</summary>
public class CallbackCheckTests
{
    private const string Fit = "- fit: {x: toy.train.x, y: toy.train.y, epochs: 2, validation_data: toy.test, callbacks: [CALLBACK]}";
    private const string Both = "- train_and_evaluate: {train: {input_fn: train, max_steps: 20, hooks: [HOOK]}, eval: {input_fn: eval, every: {steps: 10}, exporters: [EXPORTER]}}";

    [Theory]
    [InlineData("EarlyStopping: {monitor: val_acc}")]
    [InlineData("EarlyStopping: {monitor: val_accuracy, patience: 2}")]
    [InlineData("ModelCheckpoint: {filepath: 'w_{epoch:02d}-{val_loss:.2f}.keras'}")]
    [InlineData("ModelCheckpoint: {filepath: 'b_{epoch}_{batch}.keras', save_freq: 5}")]
    [InlineData("TerminateOnNaN")]
    public void IsFine(string callback) => Assert.Equal("", Problems(Fit.Replace("CALLBACK", callback, StringComparison.Ordinal)));

    [Theory]
    [InlineData("EarlyStopping: {monitor: val_acuracy}", "EarlyStopping watches 'val_acuracy', which no step reports. Did you mean 'val_accuracy'?")]
    [InlineData("ModelCheckpoint: {filepath: m.txt}", "A model cannot be saved as 'm.txt'.")]
    [InlineData("ModelCheckpoint: {filepath: w.h5, save_weights_only: true}", "Weights alone cannot be saved as 'w.h5'.")]
    [InlineData("ModelCheckpoint: {filepath: '{batch}.keras'}", "The file's name has '{batch}' in it, which is not known when it is saved.")]
    [InlineData("ModelCheckpoint: {filepath: '{epoch:.2f.keras'}", "The name '{epoch:.2f.keras' cannot be filled in: there is a '{' alone.")]
    [InlineData("ModelCheckpoint: {filepath: best.keras}", "'best.keras' will hold the last epoch, not the best: save_best_only is false.")]
    [InlineData("ReduceLROnPlateau: {factor: 1.5}", "factor is 1.5, which lowers nothing.")]
    [InlineData("SwapEMAWeights", "SwapEMAWeights needs an optimizer that keeps moving averages.")]
    [InlineData("RemoteMonitor: {root: localhost}", "'localhost/publish/epoch/end/' is no address of a web server.")]
    [InlineData("LambdaCallback", "'LambdaCallback' is Keras's, but left out here: it holds Python code, and a file here is data.")]
    public void IsTold(string callback, string sentence) => Assert.Contains(sentence, Problems(Fit.Replace("CALLBACK", callback, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void ALearningRateIsNotSetByTwo() => Assert.Contains(
        "LearningRateScheduler sets the learning rate, but the optimizer's follows a schedule, ExponentialDecay.",
        Problems(
            Fit.Replace("CALLBACK", "LearningRateScheduler: {schedule: {ExponentialDecay: {initial_learning_rate: 0.1, decay_steps: 2, decay_rate: 0.5}}}", StringComparison.Ordinal),
            "compile.optimizer.Adam.learning_rate={ExponentialDecay: {initial_learning_rate: 0.1, decay_steps: {epochs: 2}, decay_rate: 0.5}}"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("StopAtStepHook", "FinalExporter: {name: f}", "The hook does not say when to stop.")]
    [InlineData("stop_if_higher: {metric_name: f1, threshold: 1}", "FinalExporter: {name: f}", "StopIfHigher asks for 'f1', which is not measured.")]
    [InlineData("LoggingTensorHook: {tensors: [los], every_n_iter: 5}", "FinalExporter: {name: f}", "LoggingTensorHook asks for 'los', which is not measured. Did you mean 'loss'?")]
    [InlineData("NanTensorHook", "BestExporter: {name: b, monitor: f1}", "BestExporter compares 'f1', which is not measured.")]
    [InlineData("NanTensorHook", "BestExporter: {name: a/b}", "'a/b' cannot be the name of a folder.")]
    public void HooksAndExportersAreTold(string hook, string exporter, string sentence) => Assert.Contains(
        sentence.Replace("StopIfHigher", "stop_if_higher", StringComparison.Ordinal),
        Problems(Both.Replace("HOOK", hook, StringComparison.Ordinal).Replace("EXPORTER", exporter, StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("LoggingTensorHook: {tensors: {error: loss}, every_n_iter: 5}", "BestExporter")]
    [InlineData("LoggingTensorHook: {tensors: [loss, accuracy], at_end: true}", "BestExporter: {exports_to_keep: 1}")]
    public void HooksAndExportersAreFine(string hook, string exporter) =>
        Assert.Equal("", Problems(Both.Replace("HOOK", hook, StringComparison.Ordinal).Replace("EXPORTER", exporter, StringComparison.Ordinal)));

    [Theory]
    [InlineData("model_dir: a, log_step_count_steps: null, protocol: grpc", "")]
    [InlineData("train_distribute: mirrored", "'config' cannot have 'train_distribute': an experiment runs in one process.")]
    [InlineData("session_config: {}", "'config' cannot have 'session_config': there are no sessions here; 'runtime' says the threads.")]
    public void RunConfigIsTakenWhole(string config, string sentence) => AssertTold(
        sentence, Problems("- train: {input_fn: train, steps: 5}", $"estimator.config={{{config}}}"));

    [Fact]
    public void AFolderThatIsSaidTwiceIsSaidTheSame()
    {
        AssertTold("model_dir is said twice, and differs.", Problems("- train: {input_fn: train, steps: 5}", "estimator={model_dir: a, config: {model_dir: b}}"));
        Assert.Equal("", Problems("- train: {input_fn: train, steps: 5}", "estimator={model_dir: a, config: {model_dir: a}}"));
    }

    [Fact]
    public void AStepThatMakesNoEvaluationsHasNoHookThatLooksAtThem() => Assert.Contains(
        "stop_if_lower looks at evaluations, and 'train' makes none.",
        Problems("- train: {input_fn: train, steps: 5, hooks: [stop_if_lower_hook: {metric_name: loss, threshold: 0.1}]}"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("[{input_fn: eval}, {input_fn: eval}]", "Each evaluation but the first needs a name.")]
    [InlineData("{input_fn: eval, every: {}}", "'every' does not say how often.")]
    [InlineData("{input_fn: eval, steps: 1}", "1 steps of 128 measure")]
    [InlineData("{input_fn: train, steps: null}", "Evaluating would never end: 'train' has num_epochs: null.")]
    public void EvaluationsAreTold(string eval, string sentence)
    {
        var told = Problems($"- train_and_evaluate: {{train: {{input_fn: train, max_steps: 5}}, eval: {eval}}}", "data.toy.examples.test=200");
        Assert.Contains(sentence, told, StringComparison.Ordinal);
    }

    [Fact]
    public void APremadeEstimatorIsAnsweredWithTheLayersThatDoTheSame() => Assert.Contains(
        "mode cannot be 'DNNClassifier': premade estimators are not in the language; under 'model', layers: [Dense: {units: 128, activation: relu}, Dense: {units: 10, activation: softmax}] say the same, with mode: keras_model.",
        Problems("- train: {input_fn: train, steps: 5}", "estimator.mode=DNNClassifier"),
        StringComparison.Ordinal);

    private static void AssertTold(string sentence, string problems)
    {
        Assert.Contains(sentence, problems, StringComparison.Ordinal);
        Assert.Equal(sentence.Length == 0, problems.Length == 0);
    }

    /// <summary>What validate says of the small experiment with other steps, without the table of the model.</summary>
    private static string Problems(string steps, params string[] overrides)
    {
        using var program = new ProgramUnderTest();
        var text = SmallExperiment.Text[..SmallExperiment.Text.IndexOf("run:", StringComparison.Ordinal)] + $"run:\n  {steps}\n";
        program.Invoke(["validate", program.Write("toy.yaml", text), .. overrides.SelectMany(one => new[] { "--set", one })]);
        return program.Errors;
    }
}
