using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Hosting;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;
using Serilog;

namespace ExperimentRunner.Runner.Execution;

/// <summary>What the steps of a run share: the experiment, its data, its model, and where things are written.</summary>
internal sealed class RunContext(
    CheckedExperiment experiment, RunFolder folder, RunRecord record, MetricsLog metrics, Terminal terminal, TimeProvider clock, ILogger log, CheckpointRequest request) : IDisposable
{
    private readonly AdaptedFile _adapted = AdaptedFile.Read(folder);
    private CheckedExperiment _experiment = experiment;
    private RunData? _data;
    private Model? _model;
    private NamedModel? _loaded;
    private CompileOptions? _compile;

    /// <summary>What the file says.</summary>
    internal Experiment Definition => _experiment.Definition;

    /// <summary>The experiment's name.</summary>
    internal string Name => _experiment.Name;

    /// <summary>The run's seed.</summary>
    internal RandomKey Seed => new((ulong)_experiment.Seed);

    /// <summary>The run's folder.</summary>
    internal RunFolder Folder => folder;

    /// <summary>The run's record.</summary>
    internal RunRecord Record => record;

    /// <summary>The run's measurements.</summary>
    internal MetricsLog Metrics => metrics;

    /// <summary>Where people read.</summary>
    internal Terminal Terminal => terminal;

    /// <summary>Tells the time.</summary>
    internal TimeProvider Clock => clock;

    /// <summary>What the program says.</summary>
    internal ILogger Log => log;

    /// <summary>Somebody's wish that the run be kept as it is.</summary>
    internal CheckpointRequest Request => request;

    /// <summary>The experiment with every default and override filled in, as the folder has it.</summary>
    internal string Configuration { get; } = File.ReadAllText(folder.ResolvedFile);

    /// <summary>What trainings are lent.</summary>
    internal Surroundings Surroundings { get; } = new()
    {
        Folder = folder.Path,
        Clock = clock,
        Inform = sentence => log.Information("{Sentence:l}", sentence),
        Warn = sentence => log.Warning("{Sentence:l}", sentence),
    };

    /// <summary>The data.</summary>
    internal RunData Data => _data ??= new RunData(_experiment, record.SetData, _adapted.Streams, sentence => log.Information("{Sentence:l}", sentence));

    /// <summary>The Keras model, made when it is first needed.</summary>
    internal Model Model => _model ??= InPrecision(ModelMaker.Make(_experiment.Model!, LearnedGraph(), Seed.Derive("weights"), out _loaded));

    /// <summary>How many examples the batches at work have; null before the first.</summary>
    internal int? BatchSize { get; set; }

    /// <summary>Whether the Keras model was made.</summary>
    internal bool HasModel => _model is not null;

    /// <summary>What the model is compiled for: what the experiment says, or the file that the model is loaded from.</summary>
    internal CompileOptions? Compile
    {
        get => _compile ??= InSteps(_experiment.Compile);
        set => _compile = InSteps(value);
    }

    /// <summary>The file that the model came from; null where its layers are written.</summary>
    internal ModelOrigin? Origin => _loaded?.Origin;

    /// <summary>The file of a model that the experiment names, as it is found now.</summary>
    internal string PathOf(FilePath file) => ModelPlaces.Find(file, folder.Path);

    /// <summary>Begins to train the Keras model; where the file it is loaded from says how far its optimizer had come, from there.</summary>
    /// <param name="steps">How many steps were made before.</param>
    internal Trainer StartTrainer(long steps = 0)
    {
        var trainer = new Trainer(Model, Compile!, Seed.Derive("steps"), steps);
        if (Compile == _experiment.Model!.Compile)
        {
            _loaded?.TryResume(trainer.Optimizer);
        }

        return trainer;
    }

    /// <summary>The model, to compute in the type that the experiment says.</summary>
    internal Model InPrecision(Model model)
    {
        model.Compute = Definition.Runtime.Precision == Precision.BFloat16 ? TorchSharp.torch.ScalarType.BFloat16 : TorchSharp.torch.ScalarType.Float32;
        return model;
    }

    /// <summary>The same options, lengths of a schedule that are given in epochs counted in the steps of the first training.</summary>
    private CompileOptions? InSteps(CompileOptions? options) => options?.Optimizer.LearningRate.Schedule is null
        ? options
        : options with { Optimizer = options.Optimizer.InSteps(EpochLength.Of(Definition, Data, _experiment.Model!.Graph)) };

    /// <summary>Reads the data whose sizes the experiment asks for, and fills them in.</summary>
    /// <exception cref="ConfigException">With these sizes it has mistakes.</exception>
    internal void Resolve()
    {
        var sizes = _experiment.AskedSizes.ToDictionary(name => name, Data.SizeOf, StringComparer.Ordinal);
        _experiment = ExperimentLoader.Resolve(_experiment, sizes);
        _adapted.NoteSizes(sizes);
        if (sizes.Count > 0)
        {
            _experiment.WriteModel(folder);
        }
    }

    /// <summary>Notes what is done to the data of a training, for those who ask the model later.</summary>
    internal void NoteInputs(Graph graph, Examples examples)
    {
        foreach (var (port, column) in graph.Inputs.Zip(examples.Inputs))
        {
            _adapted.NoteInput(port.Name, column);
        }

        foreach (var (port, column) in graph.Outputs.Zip(examples.Targets))
        {
            _adapted.NoteOutput(port.Name, column);
        }

        _adapted.Write(folder);
    }

    /// <summary>The model's graph, its layers having learned what they learn from data before training.</summary>
    private Graph LearnedGraph()
    {
        var model = _experiment.Model!;
        var learning = model.Learning.Select(layer => layer.Name).ToHashSet(StringComparer.Ordinal);
        if (learning.Count > 0)
        {
            model = model with { Graph = Data.Learned(_experiment.Definition, model) };
            _experiment = _experiment with { Model = model };
            _experiment.WriteModel(folder);
            _adapted.NoteModel(model.Graph, learning);
        }

        return model.Graph;
    }

    /// <summary>The callbacks of a step, its own or the experiment's, each begun afresh.</summary>
    internal IEnumerable<TrainingListener> CallbacksOf(IReadOnlyList<Callback>? own) => (own ?? Definition.Callbacks).Select(callback => callback.Start());

    /// <summary>Notes the digests of all weights at the end, for those who ask whether another run came to the same.</summary>
    /// <param name="estimator">The estimator's model; null where there is no estimator.</param>
    internal void NoteWeights(Model? estimator)
    {
        foreach (var (name, model) in new[] { ("model", _model), ("estimator", estimator) })
        {
            if (model is not null)
            {
                record.SetWeights(name, WeightDigest.Of(model));
            }
        }
    }

    /// <summary>Notes the figures of an evaluation that are the best of their names so far.</summary>
    internal void NoteBest(IEnumerable<KeyValuePair<string, double>> logs, Objective objective, long step)
    {
        foreach (var (name, value) in logs)
        {
            if (objective.HigherIsBetter(name.StartsWith("val_", StringComparison.Ordinal) ? name[4..] : name) is { } higher)
            {
                record.NoteBest(name, value, step, higher);
            }
        }
    }

    /// <summary>Tells an evaluation: to the measurements, the record and people.</summary>
    internal void Evaluated(Logs logs, Objective objective, long step, string? name, long start)
    {
        terminal.Live("");
        metrics.Add("evaluate", step, null, logs, name);
        NoteBest(logs, objective, step);
        record.AddResult("evaluate", step, Seconds(start), logs, name);
        log.Information("evaluate{Name:l}  {Figures:l}", Words.After(name), Words.Figures(logs));
    }

    /// <summary>Predicts into a file of the run, batch by batch; the result is how many rows there are.</summary>
    internal long Predict(Graph graph, IBatchSource batches, string output, PredictionFile.Filling predict)
    {
        var (rows, done) = (batches.Examples ?? throw new InvalidOperationException("Data without an end cannot be predicted with."), 0L);
        PredictionFile.Write(Folder.InFolder(output), [.. graph.Outputs.Select(port => port.Name)], rows, take => predict(outputs =>
        {
            take(outputs);
            Terminal.Live($"predict {++done}/{batches.Count}");
        }));
        return rows;
    }

    /// <summary>Tells a prediction that was written.</summary>
    internal void Predicted(long rows, IEnumerable<string> outputs, string file, long step, long start)
    {
        terminal.Live("");
        log.Information("predict  {Rows} rows of {Outputs:l} in {Output:l}", rows, string.Join(", ", outputs), file);
        record.AddResult("predict", step, Seconds(start), new Logs { ["rows"] = rows });
    }

    /// <summary>Tells how long a training waited for data that are read while they are used; null where none are.</summary>
    internal double? Waited(IBatchSource batches, double seconds)
    {
        if (batches is not StreamedBatches)
        {
            return null;
        }

        var waited = batches.Waited.TotalSeconds;
        log.Information("{Waited:0.000} s ({Share:0.0} %) were spent waiting for data", waited, seconds > 0 ? 100 * waited / seconds : 0);
        return waited;
    }

    /// <summary>Seconds since a moment of the clock.</summary>
    internal double Seconds(long start) => clock.GetElapsedTime(start).TotalSeconds;

    /// <inheritdoc/>
    public void Dispose()
    {
        _model?.Dispose();
        _loaded?.Dispose();
        _data?.Dispose();
    }
}
