using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Saving.Hdf5;
using ExperimentRunner.Engine.Saving.Keras;
using ExperimentRunner.Engine.Saving.Legacy;

namespace ExperimentRunner.Engine.Saving;

/// <summary>Writes whole models as Keras does.</summary>
internal static class ModelWriter
{
    private static readonly DateTimeOffset Beginning = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The configuration of a model in Keras 3's words.</summary>
    internal static JsonObject Architecture(Model model)
    {
        var config = ArchitectureWriter.Write(model.Name, model.Graph, !model.Module.Frozen);
        OnlyOld.Rewrite(config);
        return config;
    }

    /// <summary>Writes a <c>.keras</c>: members stored, so that others can read them in place.</summary>
    internal static void WriteArchive(FileStream file, Model model, CompileOptions? compile, OptimizerState? optimizer, TimeProvider clock)
    {
        var config = Architecture(model);
        config["compile_config"] = compile is null ? new JsonObject() : CompileWriter.Write(compile);
        var saved = clock.GetUtcNow().ToString("yyyy-MM-dd@HH:mm:ss", CultureInfo.InvariantCulture);
        using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        Add("metadata.json", Json.Write(new JsonObject { ["keras_version"] = ModelFile.KerasVersion, ["date_saved"] = saved }));
        Add("config.json", Json.Write(config));
        using var weights = new FileStream(WholeFile.NameBeside(file.Name + ".weights"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        Hdf5Writer.Write(weights, VariableWriter.Write(model, optimizer, compile?.Optimizer.PathName));
        weights.Position = 0;
        using var member = Open("model.weights.h5");
        weights.CopyTo(member);

        void Add(string name, string text)
        {
            using var entry = Open(name);
            entry.Write(Encoding.UTF8.GetBytes(text));
        }

        Stream Open(string name)
        {
            var entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
            entry.LastWriteTime = Beginning;
            return entry.Open();
        }
    }

    /// <summary>Writes an <c>.h5</c>: as the Keras did that wrote the model's own file, unless that is a <c>.keras</c>; or so that Keras 2 and 3 both read it where that can be.</summary>
    internal static void WriteHdf5(FileStream file, Model model, CompileOptions? compile, OptimizerState? optimizer, ModelOrigin? origin)
    {
        var config = Architecture(model);
        var training = compile is null ? null : CompileWriter.Write(compile);
        var (old, oldTraining, problem) = InKeras2(model, training, origin);
        var generation = problem is null ? 2 : 3;
        var root = new NewGroup();
        root.Set("keras_version", LegacyWriter.VersionOf(generation));
        root.Set("backend", LegacyWriter.BackendOf(generation));
        root.SetBytes("model_config", Json.Write(generation == 2 ? old! : Keras3Config(config)));
        if (training is not null)
        {
            root.SetBytes("training_config", Json.Write(generation == 2 ? oldTraining! : Keras3Training(training)));
        }

        var writer = new LegacyWriter(model, generation);
        writer.Weights(root.Group("model_weights"));
        if (optimizer is not null)
        {
            writer.Optimizer(root, optimizer, compile!.Optimizer);
        }

        Hdf5Writer.Write(file, root);
    }

    /// <summary>Why tf.keras 2.15, or Keras 3, does not open the <c>.h5</c> of a model; null where it does.</summary>
    internal static (string? OfKeras2, string? OfKeras3) ProblemsOfHdf5(Model model, CompileOptions? compile, ModelOrigin? origin)
    {
        var training = compile is null ? null : CompileWriter.Write(compile);
        var problem = InKeras2(model, training, origin).Problem;
        return (problem, problem is null ? InKeras2(model, training, null).Problem : null);
    }

    private static (JsonObject? Model, JsonObject? Training, string? Problem) InKeras2(Model model, JsonObject? training, ModelOrigin? origin)
    {
        var follows = origin is { Generation: 3, Format: ModelFormat.Keras or ModelFormat.Json } ? null : origin;
        if (follows?.Generation == 3)
        {
            return (null, null, "It is in the words of Keras 3, as the file that the model came from.");
        }

        var config = Keras2Writer.TryWrite(ArchitectureWriter.Write(model.Name, model.Graph, !model.Module.Frozen, notesDefaults: false), forBoth: follows is null, out var problem);
        var old = training is null ? null : Keras2Training.TryWrite(training);
        return (config, old, problem ?? (old is null != training is null ? "Keras 2 has not all that the model is compiled with." : null));
    }

    /// <summary>Keras 3 writes less of models and layers into an <c>.h5</c> than into a <c>.keras</c>: class and options alone.</summary>
    private static JsonObject Keras3Config(JsonObject model)
    {
        var config = (JsonObject)model.Object("config")!.DeepClone();
        foreach (var layer in config.List("layers")!.OfType<JsonObject>())
        {
            if (LayerReader.IsOperation(layer))
            {
                continue;
            }

            layer.Remove("module");
            layer.Remove("registered_name");
            layer.Remove("build_config");
            if (LayerReader.IsModel(layer.Text("class_name")!))
            {
                layer["config"] = Keras3Config(layer).Object("config")!.DeepClone();
            }
        }

        return new JsonObject { ["class_name"] = model["class_name"]?.DeepClone(), ["config"] = config };
    }

    private static JsonObject Keras3Training(JsonObject compile)
    {
        var training = (JsonObject)compile.DeepClone();
        var optimizer = training.Object("optimizer");
        training.Remove("optimizer");
        training["optimizer_config"] = new JsonObject { ["class_name"] = optimizer?["class_name"]?.DeepClone(), ["config"] = optimizer?["config"]?.DeepClone() };
        return training;
    }
}
