using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.Keras;
using ExperimentRunner.Engine.Tests.House;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Saving;

/// <summary>Which Keras opens a file that was written here.</summary>
public class OpenersTests
{
    private const string Shared = """{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "LAYER", "config": {"name": "l", OPTIONS, "batch_input_shape": [null, SHAPE]}}]}, "keras_version": "VERSION"}""";

    [Fact]
    public void TheLayersThatKeras3HasNotAreKnown()
    {
        var known = KerasSignatures.All.Where(signature => signature.Kind == typeof(Layer)).Select(signature => Catalog.Find(typeof(Layer), signature.Name)).ToHashSet();

        var unknown = Catalog.NamesOf(typeof(Layer)).Where(name => !known.Contains(Catalog.Find(typeof(Layer), name))).ToHashSet();

        Assert.Equal(Openers.UnknownToKeras3.Append("ThresholdedReLU").Order(), unknown.Order());
    }

    [Theory]
    [InlineData("m.keras", "Keras 3 has no layer LocallyConnected1D and does not open this file; ExperimentRunner opens it, and tf.keras 2.15 an .h5 of this model.")]
    [InlineData("m.json", "Keras 3 has no layer LocallyConnected1D and does not open this file; ExperimentRunner opens it, and tf.keras 2.15 an .h5 of this model.")]
    [InlineData("m.h5", "Keras 3 has no layer LocallyConnected1D and does not open this file; tf.keras 2.15 does.")]
    [InlineData("m.weights.h5", null)]
    public void ALayerOfKeras2IsTold(string file, string? expected) =>
        Assert.Equal(expected, OpenedBy(file, "LocallyConnected1D", "\"filters\": 2, \"kernel_size\": [2]", "2.3.0"));

    [Theory]
    [InlineData("m.keras", "Keras 3 has no layer MaxoutDense and does not open this file; ExperimentRunner opens it.")]
    [InlineData("m.h5", "Keras 3 has no layer MaxoutDense and does not open this file, nor does tf.keras 2.15; ExperimentRunner opens it. Keras 2 has no layer 'MaxoutDense'.")]
    public void ALayerOfKeras1IsTold(string file, string expected) =>
        Assert.Equal(expected, OpenedBy(file, "MaxoutDense", "\"output_dim\": 2, \"nb_feature\": 3, \"init\": \"glorot_uniform\"", "1.2.2"));

    [Theory]
    [InlineData("Dense", "\"units\": 2", "m.h5", null)]
    [InlineData("Dense", "\"units\": 2", "m.keras", null)]
    [InlineData("Dense", "\"units\": 2, \"activation\": \"celu\"", "m.h5", "Keras 3 opens this file, tf.keras 2.15 does not. Keras 2 has no activation 'celu'.")]
    public void AFileThatBothOpenNeedsNoWord(string layer, string options, string file, string? expected) =>
        Assert.Equal(expected, OpenedBy(file, layer, options, "2.15.0"));

    private static string? OpenedBy(string file, string layer, string options, string version)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("old.json"), Shared.Replace("LAYER", layer, StringComparison.Ordinal).Replace("OPTIONS", options, StringComparison.Ordinal).Replace("VERSION", version, StringComparison.Ordinal).Replace("SHAPE", layer == "MaxoutDense" ? "3" : "5, 3", StringComparison.Ordinal));
        using var loaded = ModelFile.Load(folder.Of("old.json"));
        return ModelFile.OpenedBy(file, loaded.Model);
    }
}
