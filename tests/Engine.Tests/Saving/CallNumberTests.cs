using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.Hdf5;

namespace ExperimentRunner.Engine.Tests.Saving;

/// <summary>How files number the calls of a model in a model, and how they tell an operation and an archive from what looks alike.</summary>
public class CallNumberTests
{
    private const string Inner = """
        {"name": "two", "layers": [
          {"class_name": "InputLayer", "name": "i", "config": {"name": "i", "batch_shape": [null, 4], "dtype": "float32"}, "inbound_nodes": []},
          {"class_name": "Dense", "name": "p", "config": {"name": "p", "units": 2, "trainable": true}, "inbound_nodes": [INBOUND_I]},
          {"class_name": "Dense", "name": "q", "config": {"name": "q", "units": 3, "trainable": true}, "inbound_nodes": [INBOUND_I]}],
         "input_layers": [["i", 0, 0]], "output_layers": [["p", 0, 0], ["q", 0, 0]]}
        """;

    [Fact]
    public void InKeras3AnOutputOfAModelInTheModelCountsItsMaking()
    {
        var outputs = Outputs(Tensor("i"), Tensor("a"), """[["two", 1, 1], ["two", 1, 0]]""", "");

        Assert.Equal([3L, 2L], outputs);
    }

    [Fact]
    public void InKeras2EveryCallOfAModelInTheModelCountsItsMaking()
    {
        const string After = """, {"class_name": "Dense", "name": "last", "config": {"name": "last", "units": 7, "trainable": true}, "inbound_nodes": [[["two", 1, 1, {}]]]}""";

        var outputs = Outputs("""[["i", 0, 0, {}]]""", """[["a", 0, 0, {}]]""", """[["last", 0, 0], ["two", 1, 0]]""", After);

        Assert.Equal([7L, 2L], outputs);
    }

    [Fact]
    public void OutputsByNameAreSortedAsKerasSortsThem()
    {
        var outputs = Outputs(Tensor("i"), Tensor("a"), """{"zz": ["two", 1, 0], "aa": ["two", 1, 1]}""", "");

        Assert.Equal([3L, 2L], outputs);
    }

    [Fact]
    public void AnEntryWithoutAModuleThatNothingTrainsIsAnOperation()
    {
        const string Sum = """, {"class_name": "Sum", "name": "sum", "config": {"name": "sum", "axis": -1, "keepdims": true}, "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["two", 0, 1]}}], "kwargs": {}}]}""";

        var outputs = Outputs(Tensor("i"), Tensor("a"), """[["sum", 0, 0]]""", Sum);

        Assert.Equal([1L], outputs);
    }

    [Fact]
    public void AnArchiveIsNoHdf5EvenWhereItsMemberBeginsLikeOne()
    {
        var bytes = new byte[1024];
        byte[] signature = [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];
        signature.CopyTo(bytes, 512);

        Assert.True(Hdf5File.IsHdf5(ByteSource.Of(bytes)));
        "PK"u8.CopyTo(bytes);
        Assert.False(Hdf5File.IsHdf5(ByteSource.Of(bytes)));
    }

    private static string Tensor(string layer) =>
        """{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["LAYER", 0, 0]}}], "kwargs": {}}""".Replace("LAYER", layer, StringComparison.Ordinal);

    /// <summary>The last axis of each output of a model that calls another.</summary>
    private static List<long?> Outputs(string inboundOfInner, string inbound, string outputs, string after)
    {
        using var folder = new TempFolder();
        var text = """
            {"class_name": "Functional", "config": {"name": "m", "layers": [
              {"class_name": "InputLayer", "name": "a", "config": {"name": "a", "batch_shape": [null, 4], "dtype": "float32"}, "inbound_nodes": []},
              {"class_name": "Functional", "name": "two", "config": INNER, "inbound_nodes": [INBOUND]}AFTER],
              "input_layers": [["a", 0, 0]], "output_layers": OUTPUTS}}
            """;
        text = text.Replace("INNER", Inner, StringComparison.Ordinal).Replace("INBOUND_I", inboundOfInner, StringComparison.Ordinal)
            .Replace("INBOUND", inbound, StringComparison.Ordinal).Replace("AFTER", after, StringComparison.Ordinal).Replace("OUTPUTS", outputs, StringComparison.Ordinal);
        File.WriteAllText(folder.Of("model.json"), text);
        using var described = ModelFile.Describe(folder.Of("model.json"));
        return [.. described.Model.Graph.Outputs.Select(port => port.Spec.Shape.Last)];
    }
}
