using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

public class InitializerTests
{
    [Theory, MemberData(nameof(Vocabulary.Cases), "initializers", MemberType = typeof(Vocabulary))]
    public void MakesWhatKerasMakes(int at, string name)
    {
        Assert.NotEmpty(name);
        using var scope = NewDisposeScope();
        var one = Vocabulary.Case("initializers", at);
        var shape = one["shape"]!.AsArray().Select(axis => axis!.GetValue<long>()).ToArray();

        var values = Vocabulary.Read<Initializer>(one).Make(shape, new RandomKey(1));

        Assert.Equal(shape, values.shape);
        Assert.Equal(ScalarType.Float32, values.dtype);
        if (one["value"] is { } expected)
        {
            Vocabulary.AssertClose(expected, values);
            return;
        }

        // Other random numbers, so the figures agree as two draws of one distribution do: mean and deviation within about
        // five of their own deviations, the ends closely where the distribution has ends.
        var (mean, deviation) = (one["mean"]!.GetValue<double>(), one["std"]!.GetValue<double>());
        var count = (double)values.numel();
        Assert.Equal(mean, values.mean().item<float>(), 7 * deviation / Math.Sqrt(count));
        Assert.Equal(deviation, values.std(unbiased: false).item<float>(), 5 * deviation / Math.Sqrt(count));
        var (min, max) = (one["min"]!.GetValue<double>(), one["max"]!.GetValue<double>());
        var end = Math.Max(Math.Abs(min - mean), Math.Abs(max - mean)) / deviation < 2.4 ? 0.01 * (max - min) : 0.25 * (max - min);
        Assert.Equal(min, values.min().item<float>(), end);
        Assert.Equal(max, values.max().item<float>(), end);
        if (one["gram_diagonal"] is { } diagonal)
        {
            var matrix = values.reshape([-1, shape[^1]]);
            Vocabulary.AssertClose([diagonal.GetValue<double>()], [matrix.t().matmul(matrix).diagonal().mean().item<float>()]);
        }
    }
}
