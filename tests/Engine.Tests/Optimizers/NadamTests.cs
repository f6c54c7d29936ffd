using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Optimizers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Optimizers;

public class NadamTests
{
    [Theory]
    [InlineData("schedule_decay")]
    [InlineData("decay")]
    public void TheOldDecayIsThatOfTheMomentum(string option)
    {
        using var scope = NewDisposeScope();
        var optimizer = Reading.Read<Optimizer>(JsonNodes.Parse($$$"""{"Nadam": {"lr": 0.1, "{{{option}}}": 0.004}}"""));
        using var weight = new Weight("w", ones(1));
        using var state = optimizer.Start([weight]);
        double w = 1, m = 0, v = 0, product = 1;
        for (var t = 1; t <= 5; t++)
        {
            var g = Math.Sin(t);
            state.Step([full(1, (float)g)]);
            double now = Momentum(t), next = Momentum(t + 1);
            product *= now;
            m += 0.1 * (g - m);
            v += 0.001 * ((g * g) - v);
            var step = (next * m / (1 - (product * next))) + ((1 - now) * g / (1 - product));
            w -= 0.1 * step / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-7);
            Assert.Equal(w, weight.Value.item<float>(), 1e-4);
        }

        static double Momentum(int t) => 0.9 * (1 - (0.5 * Math.Pow(0.96, 0.004 * t)));
    }
}
