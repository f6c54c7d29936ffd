using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Saving.Hdf5;
using ExperimentRunner.Engine.Saving.Keras;
using ExperimentRunner.Engine.Saving.Legacy;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Saving;

/// <summary>Keras's own files, in and out: models in <c>.keras</c> and <c>.h5</c>, weights in <c>.weights.h5</c>, architectures in <c>.json</c>.</summary>
/// <remarks>
/// Files of Keras 1, 2 and 3 are read; which is which is seen from the first bytes, never from the name. A file is data: what
/// would run code, leads elsewhere or grows beyond its size is refused.
/// </remarks>
public static class ModelFile
{
    /// <summary>The version of Keras whose form files have.</summary>
    internal const string KerasVersion = "3.15.1";

    private const long MostConfiguration = 64 << 20;

    /// <summary>Reads a model.</summary>
    /// <exception cref="ModelFileException">It cannot be read.</exception>
    public static LoadedModel Load(string path) => Guarded(path, () => Open(path, source => Read(path, source, content => Finish(content, source.Length))));

    /// <summary>Writes a model: by the ending, <c>.keras</c>, <c>.weights.h5</c>, <c>.h5</c> (or <c>.hdf5</c>) or <c>.json</c>.</summary>
    /// <param name="path">The file; one of that name is replaced.</param>
    /// <param name="model">The model.</param>
    /// <param name="compile">What it is compiled for, if it is.</param>
    /// <param name="optimizer">How far its optimizer has come, if that is to be kept.</param>
    /// <param name="origin">
    /// The file that the model came from. An <c>.h5</c> follows the Keras that wrote it; without one, and from a <c>.keras</c>, it is said
    /// in Keras 2's words, which Keras 2 and 3 both read, unless the model has what only Keras 3 knows.
    /// </param>
    /// <param name="clock">What tells the time that a <c>.keras</c> notes.</param>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public static void Save(string path, Model model, CompileOptions? compile = null, OptimizerState? optimizer = null, ModelOrigin? origin = null, TimeProvider? clock = null) =>
        Guarded(path, () =>
        {
            var state = compile is null ? null : optimizer;
            if (path.EndsWith(".keras", StringComparison.OrdinalIgnoreCase))
            {
                WholeFile.Write(path, file => ModelWriter.WriteArchive(file, model, compile, state, clock ?? TimeProvider.System));
            }
            else if (path.EndsWith(".weights.h5", StringComparison.OrdinalIgnoreCase))
            {
                WholeFile.Write(path, file => Hdf5Writer.Write(file, VariableWriter.Write(model, state, compile?.Optimizer.PathName)));
            }
            else if (path.EndsWith(".h5", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".hdf5", StringComparison.OrdinalIgnoreCase))
            {
                WholeFile.Write(path, file => ModelWriter.WriteHdf5(file, model, compile, state, origin));
            }
            else if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            {
                WholeFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(Json.Write(ModelWriter.Architecture(model)))));
            }
            else
            {
                throw new FileProblem("The ending of the name says no format: .keras, .h5, .weights.h5 and .json do.");
            }

            return true;
        }, "written");

    /// <summary>Which Keras opens the file that <see cref="Save"/> writes, in a sentence; null where every one does that knows its kind.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="compile">What it is compiled for, if it is.</param>
    /// <param name="origin">The file that the model came from.</param>
    public static string? OpenedBy(string path, Model model, CompileOptions? compile = null, ModelOrigin? origin = null) =>
        path.EndsWith(".weights.h5", StringComparison.OrdinalIgnoreCase) ? null
        : path.EndsWith(".h5", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".hdf5", StringComparison.OrdinalIgnoreCase) ? Openers.OfHdf5(model, ModelWriter.ProblemsOfHdf5(model, compile, origin))
        : Openers.OfKeras3(model);

    /// <summary>Fills a model's weights from a file of the same layers: <c>.weights.h5</c>, <c>.h5</c> or <c>.keras</c>.</summary>
    /// <exception cref="ModelFileException">It cannot be read, or has other layers; the model is as it was.</exception>
    /// <param name="path">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Is put where the file's optimizer stood, if a <c>.weights.h5</c> tells; or null.</param>
    public static void LoadWeights(string path, Model model, OptimizerState? optimizer = null) => Guarded(path, () => Open(path, source =>
    {
        var plan = PlanFor(model, source);
        plan.NeedSize(source.Length);
        plan.Refill(model);
        if (optimizer is not null && Hdf5File.IsHdf5(source))
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            SavedVariables.Read(new Hdf5Variables(new Hdf5File(source).Root))?.TryApply(optimizer);
        }

        return true;
    }));

    /// <summary>A model's architecture as Keras's JSON.</summary>
    internal static string ArchitectureOf(Model model) => Json.Write(ModelWriter.Architecture(model));

    private static WeightPlan PlanFor(Model model, ByteSource source)
    {
        var start = source.Read(0, Math.Min(8, source.Length));
        if (start.AsSpan().StartsWith("PK"u8))
        {
            using var stream = source.AsStream();
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            return VariableTree.Plan(Variables(archive), model);
        }

        if (!Hdf5File.IsHdf5(source))
        {
            throw new FileProblem("This is no file of weights: neither HDF5 nor a .keras.");
        }

        var root = new Hdf5File(source).Root;
        var weights = root.TryGroup("model_weights") ?? root;
        if (weights.TryTexts("layer_names") is null)
        {
            return VariableTree.Plan(new Hdf5Variables(root), model);
        }

        var version = root.TryText("keras_version") ?? weights.TryText("keras_version");
        var origin = new ModelOrigin(ModelFormat.Weights, ModelOrigin.GenerationOf(version), version, root.TryText("backend") ?? weights.TryText("backend"));
        return LegacyWeights.Plan(weights, model, origin);
    }

    /// <summary>What a file tells of a model without its weights; it needs no libtorch.</summary>
    /// <exception cref="ModelFileException">It cannot be read.</exception>
    public static ModelDescription Describe(string path) => Guarded(path, () => Open(path, source => Read(path, source, content =>
        new ModelDescription(content.Declared, content.Compile, content.ReadSteps(), content.Warnings, content.Origin))));

    /// <summary>Reads a file of a model; what is made of it is made while it is open.</summary>
    private static T Read<T>(string path, ByteSource source, Func<Content, T> use)
    {
        var start = source.Read(0, Math.Min(8, source.Length));
        if (Hdf5File.IsHdf5(source))
        {
            return use(InHdf5(path, source));
        }

        if (start.AsSpan().StartsWith("PK"u8))
        {
            using var stream = source.AsStream();
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            return use(InArchive(path, archive));
        }

        if (start.AsSpan().IndexOf((byte)'{') >= 0 && source.Length <= MostConfiguration)
        {
            return use(InJson(path, Encoding.UTF8.GetString(source.Read(0, source.Length))));
        }

        throw new FileProblem("This is no file of a Keras model: neither a .keras, nor HDF5, nor JSON.");
    }

    private static Content InHdf5(string path, ByteSource source)
    {
        var root = new Hdf5File(source).Root;
        var weights = root.TryGroup("model_weights");
        var config = root.TryText("model_config")
            ?? throw new FileProblem("The file holds weights without a model. Load them into a model that has these layers.");
        var version = root.TryText("keras_version") ?? weights?.TryText("keras_version");
        var origin = new ModelOrigin(ModelFormat.Hdf5, ModelOrigin.GenerationOf(version), version, root.TryText("backend") ?? weights?.TryText("backend"));
        var warnings = new List<string>();
        var json = Json.Parse(config, "The model's configuration");
        var declared = Declare(path, json, origin);
        if (weights is null)
        {
            throw new FileProblem("The file has no weights.");
        }

        var training = root.TryText("training_config") is { } text ? OldCompile.Modernize(Json.Parse(text, "The training configuration")) : null;
        var compile = training is null ? null : new CompileReader(At(path), warnings).Read(training, declared.Graph.Outputs.Count);
        return new Content(declared, compile, warnings, origin)
        {
            Plan = () => LegacyWeights.Plan(weights, declared, origin),
            ReadOptimizer = () => SavedVariables.Read(root),
            ReadSteps = () => SavedVariables.StepsOf(root),
        };
    }

    private static Content InArchive(string path, ZipArchive archive)
    {
        var version = archive.GetEntry("metadata.json") is { } metadata ? Json.Parse(Text(metadata), "metadata.json").Text("keras_version") : null;
        var origin = new ModelOrigin(ModelFormat.Keras, version is null ? 3 : ModelOrigin.GenerationOf(version), version, null);
        var warnings = new List<string>();
        var json = Json.Parse(Text(archive.GetEntry("config.json") ?? throw new FileProblem("The archive has no config.json: it is no Keras model.")), "config.json");
        var variables = Variables(archive);
        var declared = Declare(path, json, origin, graph => SavedVocabularies.Into(graph, name => archive.GetEntry(name) is { } member ? Text(member) : null, variables));
        var training = json.Object("compile_config") is { } config ? OldCompile.Modernize(config) : null;
        var compile = training is null ? null : new CompileReader(At(path), warnings).Read(training, declared.Graph.Outputs.Count);
        return new Content(declared, compile, warnings, origin)
        {
            Plan = () => VariableTree.Plan(variables, declared),
            ReadOptimizer = () => SavedVariables.Read(variables),
            ReadSteps = () => SavedVariables.StepsOf(variables),
        };
    }

    private static Content InJson(string path, string text)
    {
        text = Json.Unquoted(text);
        var json = Json.Parse(text, "The file");
        var version = json.Text("keras_version");
        var generation = version is not null ? ModelOrigin.GenerationOf(version) : json.ContainsKey("module") ? 3 : text.Contains("\"W_regularizer\"", StringComparison.Ordinal) ? 1 : 2;
        var origin = new ModelOrigin(ModelFormat.Json, generation, version, json.Text("backend"));
        return new Content(Declare(path, json, origin), null, [], origin);
    }

    /// <summary>The variables of an archive.</summary>
    private static IVariableStore Variables(ZipArchive archive)
    {
        if (archive.GetEntry("model.weights.h5") is { } hdf5)
        {
            return new Hdf5Variables(new Hdf5File(ByteSource.Of(Bytes(hdf5, Array.MaxLength))).Root);
        }

        return archive.GetEntry("model.weights.npz") is { } npz
            ? new NpzVariables(new ZipArchive(new MemoryStream(Bytes(npz, Array.MaxLength)), ZipArchiveMode.Read))
            : throw new FileProblem("The archive has neither model.weights.h5 nor model.weights.npz.");
    }

    private static string Text(ZipArchiveEntry entry) => Encoding.UTF8.GetString(Bytes(entry, MostConfiguration));

    /// <summary>A member of an archive in memory; one that is said to become many times its size is refused.</summary>
    private static byte[] Bytes(ZipArchiveEntry entry, long most)
    {
        const long floor = 16 << 20;
        const long expansion = 100;
        if (entry.Length > most || (entry.Length > floor && entry.Length > entry.CompressedLength * expansion))
        {
            throw new FileProblem($"'{entry.FullName}' is said to have {entry.Length} bytes, packed into {entry.CompressedLength}.");
        }

        using var stream = entry.Open();
        var bytes = new byte[entry.Length];
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length ? bytes
            : throw new FileProblem($"'{entry.FullName}' is shorter than the archive says.");
    }

    /// <summary>The model that a configuration describes, without tensors.</summary>
    private static Model Declare(string path, JsonObject json, ModelOrigin origin, Func<Graph, Graph>? complete = null)
    {
        var (name, graph, trainable) = ArchitectureReader.Read(Modernizer.Modernize(json, origin), At(path));
        var model = Model.Declare(name, complete?.Invoke(graph) ?? graph);
        if (!trainable)
        {
            model.Module.Freeze(true);
        }

        return model;
    }

    private static SourceSpan At(string path) => SourceSpan.Whole(new SourceText(path, ".", ""));

    /// <summary>The model with its weights and, where it was compiled, the optimizer's variables.</summary>
    private static LoadedModel Finish(Content content, long fileLength)
    {
        var (declared, compile, warnings, origin) = content;
        if (content.Plan is null)
        {
            return new LoadedModel(new Model(declared.Name, declared.Graph, default(RandomKey)), null, null, [], origin);
        }

        var model = Fill(declared, content.Plan(), fileLength);
        try
        {
            return new LoadedModel(model, compile, compile is null ? null : content.ReadOptimizer(), warnings, origin);
        }
        catch (FileProblem broken)
        {
            warnings.Add($"How far the optimizer had come cannot be read: {broken.Message}");
            return new LoadedModel(model, compile, null, warnings, origin);
        }
    }

    private static Model Fill(Model declared, WeightPlan plan, long fileLength)
    {
        plan.NeedSize(fileLength);
        var model = Model.Blank(declared.Name, declared.Graph);
        try
        {
            if (declared.Module.Frozen)
            {
                model.Module.Freeze(true);
            }

            plan.Fill(declared, model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static T Open<T>(string path, Func<ByteSource, T> read)
    {
        const long smallEnough = 1 << 20;
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        return read(length <= smallEnough ? ByteSource.Of(ByteSource.Of(file).Read(0, length)) : ByteSource.Of(file));
    }

    private static T Guarded<T>(string path, Func<T> act, string done = "read")
    {
        try
        {
            return act();
        }
        catch (Exception cause) when (cause is not ModelFileException)
        {
            throw new ModelFileException(path, SentenceFor(cause, done), cause);
        }
    }

    private static string SentenceFor(Exception cause, string done) => cause switch
    {
        FileProblem or DataException or ShapeException => cause.Message,
        FileNotFoundException or DirectoryNotFoundException => "There is no such file.",
        UnauthorizedAccessException => $"The file may not be {done}.",
        ConfigException mistakes => mistakes.Errors[0].Problem,
        InvalidDataException or IOException => $"The file cannot be {done}: {cause.Message}",
        OutOfMemoryException => "The model is too large for the memory.",
        _ => $"The file is damaged, or of a form that is not known: {cause.Message}",
    };

    /// <summary>What a file holds: the architecture as it was read, the rest to be read while the file is open.</summary>
    private sealed record Content(Model Declared, CompileOptions? Compile, List<string> Warnings, ModelOrigin Origin)
    {
        /// <summary>Tells which values go into which weight; null where the file has none.</summary>
        internal Func<WeightPlan>? Plan { get; init; }

        /// <summary>Reads how far the optimizer had come.</summary>
        internal Func<SavedOptimizer?> ReadOptimizer { get; init; } = () => null;

        /// <summary>Reads how many steps it had made.</summary>
        internal Func<long?> ReadSteps { get; init; } = () => null;
    }
}
