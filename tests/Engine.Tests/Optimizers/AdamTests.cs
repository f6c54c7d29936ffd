using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Optimizers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Optimizers;

public class AdamTests
{
    [Theory]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(5003, false)]
    [InlineData(5003, true)]
    public void SmallAndLargeWeightsMoveByOneFormula(int count, bool amsgrad)
    {
        // gradients that fall to almost nothing tell where epsilon stands, and which v counts
        using var scope = NewDisposeScope();
        using var weight = new Weight("w", zeros(count));
        using var state = new Adam { LearningRate = 0.1, Beta1 = 0.8, Beta2 = 0.9, Epsilon = 1e-3, Amsgrad = amsgrad }.Start([weight]);
        double[] w = new double[count], m = new double[count], v = new double[count], top = new double[count];
        for (var t = 1; t <= 6; t++)
        {
            var g = Enumerable.Range(1, count).Select(i => MathF.Sin(i * t) * MathF.Pow(0.1f, t)).ToArray();
            state.Step([tensor(g)]);
            var rate = 0.1 * Math.Sqrt(1 - Math.Pow(0.9, t)) / (1 - Math.Pow(0.8, t));
            for (var i = 0; i < count; i++)
            {
                m[i] += 0.2 * (g[i] - m[i]);
                v[i] += 0.1 * ((g[i] * g[i]) - v[i]);
                top[i] = Math.Max(top[i], v[i]);
                w[i] -= rate * m[i] / (Math.Sqrt(amsgrad ? top[i] : v[i]) + 1e-3);
            }
        }

        var values = weight.Value.data<float>().ToArray();
        Assert.All(w.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
    }
}
