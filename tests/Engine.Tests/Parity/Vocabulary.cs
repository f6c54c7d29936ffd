using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>Reads the cases of Keras's vocabulary: a name, a configuration, tensors as nested lists.</summary>
internal static class Vocabulary
{
    private const double Tolerance = 2e-4;

    /// <summary>The number and name of every case of a file; the name is only for the reader of a test's result.</summary>
    public static TheoryData<int, string> Cases(string file)
    {
        var cases = new TheoryData<int, string>();
        foreach (var (at, one) in All(file).Index())
        {
            cases.Add(at, $"{one!["name"]} {one["config"]!.ToJsonString()}");
        }

        Assert.NotEmpty(cases);
        return cases;
    }

    public static JsonNode Case(string file, int at) => All(file)[at]!;

    /// <summary>Reads what a case names, as Keras's own JSON would say it.</summary>
    public static T Read<T>(JsonNode one) =>
        Reading.Read<T>(JsonNodes.Parse($$"""{"class_name": {{one["name"]!.ToJsonString()}}, "config": {{one["config"]!.ToJsonString()}}}"""), Dialect.Keras);

    public static Tensor Tensor(JsonNode? values)
    {
        var shape = new List<long>();
        for (var level = values; level is JsonArray list; level = list[0])
        {
            shape.Add(list.Count);
        }

        return tensor(Flat(values).Select(value => (float)value).ToArray(), shape.ToArray());
    }

    public static double[] Flat(JsonNode? values) => values is JsonArray list ? [.. list.SelectMany(Flat)] : [values!.GetValue<double>()];

    public static void AssertClose(JsonNode? expected, Tensor actual)
    {
        var numbers = actual.to_type(float64).contiguous().data<double>().ToArray();
        AssertClose(Flat(expected), numbers);
    }

    public static void AssertClose(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            var allowed = Tolerance + (Tolerance * Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - actual[i]) <= allowed, $"number {i} is {actual[i]}, but Keras has {expected[i]}");
        }
    }

    private static JsonArray All(string file) => JsonNode.Parse(GoldenCases.Bytes($"vocabulary/{file}.json"))!.AsArray();
}
