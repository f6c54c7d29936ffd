using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Tests;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Saving;

/// <summary>TensorFlow's own functions between the layers of a tf.keras 2 model: by name (2.4 and later), or as nodes of a graph (2.0 to 2.3).</summary>
public class TensorFlowCallTests
{
    [Theory]
    [InlineData("math.l2_normalize", """{"axis": -1}""", new[] { 0.6f, 0.8f })]
    [InlineData("tile", """{"multiples": [1, 2]}""", new[] { 3f, 4, 3, 4 })]
    [InlineData("compat.v1.squeeze", "{}", new[] { 3f, 4 })]
    [InlineData("pad", """{"paddings": [[0, 0], [1, 0]], "mode": "CONSTANT"}""", new[] { 0f, 3, 4 })]
    [InlineData("gather", """{"indices": [1, 0], "axis": 1}""", new[] { 4f, 3 })]
    [InlineData("math.cumsum", """{"axis": 1}""", new[] { 3f, 7 })]
    [InlineData("math.multiply", """{"y": [2.0, 10.0]}""", new[] { 6f, 40 })]
    [InlineData("math.reduce_prod", """{"axis": [1]}""", new[] { 12f })]
    public void AFunctionIsCalledByItsName(string function, string arguments, float[] expected) => Assert.Equal(expected, Predicted($$"""
        {"class_name": "TFOpLambda", "name": "call", "config": {"name": "call", "trainable": true, "dtype": "float32", "function": "{{function}}"},
         "inbound_nodes": [["x", 0, 0, {{arguments}}]]}
        """));

    [Theory]
    [InlineData("AddV2", "{}", """{"1": 2.0}""", new[] { 5f, 6 })]
    [InlineData("Sub", "{}", """{"0": 1.0}""", new[] { -2f, -3 })]
    [InlineData("Mul", "{}", """{"1": [2.0, 10.0]}""", new[] { 6f, 40 })]
    [InlineData("Sqrt", "{}", "{}", new[] { 1.7320508f, 2 })]
    [InlineData("Mean", """{"keep_dims": {"b": true}}""", """{"1": [1]}""", new[] { 3.5f })]
    [InlineData("Reshape", "{}", """{"1": [-1, 2, 1]}""", new[] { 3f, 4 })]
    [InlineData("Pack", """{"axis": {"i": "1"}}""", "{}", new[] { 3f, 4 })]
    [InlineData("StridedSlice", """{"begin_mask": {"i": "1"}, "end_mask": {"i": "1"}, "shrink_axis_mask": {"i": "2"}}""", """{"1": [0, 1], "2": [0, 2], "3": [1, 1]}""", new[] { 4f })]
    [InlineData("LeakyRelu", """{"alpha": {"f": 0.5}}""", "{}", new[] { 3f, 4 })]
    public void ANodeIsTheOperationOfItsOperator(string op, string attributes, string constants, float[] expected)
    {
        var node = new JsonObject { ["name"] = "n", ["op"] = op, ["attr"] = JsonNode.Parse(attributes) };
        foreach (var form in new JsonNode[] { node, node.ToJsonString() })
        {
            Assert.Equal(expected, Predicted($$"""
                {"class_name": "TensorFlowOpLayer", "name": "tf_op_layer_n", "config": {"name": "n", "trainable": true, "dtype": "float32", "node_def": {{form.ToJsonString()}}, "constants": {{constants}} },
                 "inbound_nodes": [[["x", 0, 0, {}]]]}
                """, "tf_op_layer_n"));
        }
    }

    [Fact]
    public void AnOperatorThatIsNotKnownIsNamed()
    {
        var problem = Assert.Throws<ModelFileException>(() => Predicted("""
            {"class_name": "TensorFlowOpLayer", "name": "q", "config": {"name": "q", "node_def": {"op": "QuantizeV2"}, "constants": {}}, "inbound_nodes": [[["x", 0, 0, {}]]]}
            """, "q"));

        Assert.Contains("The layer 'q' (TensorFlowOpLayer) is TensorFlow's operator 'QuantizeV2', which is not known here.", problem.Message, StringComparison.Ordinal);
    }

    private static float[] Predicted(string layer, string name = "call")
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("model.json"), $$"""
            {"class_name": "Functional", "keras_version": "2.4.0", "backend": "tensorflow", "config": {"name": "m", "layers": [
                {"class_name": "InputLayer", "name": "x", "config": {"batch_input_shape": [null, 2], "dtype": "float32", "name": "x"}, "inbound_nodes": []},
                {{layer}}],
             "input_layers": [["x", 0, 0]], "output_layers": [["{{name}}", 0, 0]]} }
            """);
        using var loaded = ModelFile.Load(folder.Of("model.json"));
        var model = loaded.Model;
        return Assert.Single(model.Call([tensor(new[] { 3f, 4 }, [1, 2])], model.Begin(training: false, default))).contiguous().data<float>().ToArray();
    }
}
