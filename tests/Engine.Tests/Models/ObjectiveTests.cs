using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Models;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Models;

public class ObjectiveTests
{
    [Fact]
    public void LossesOfSeveralOutputsAreLoggedEachAndTogether()
    {
        var objective = Of(new LossChoice(null, new Engine.Losses.MeanSquaredError()), new LossChoice(null, new Engine.Losses.MeanAbsoluteError()));

        Assert.Equal(["loss", "p_loss", "q_loss"], objective.LogNames);
        Assert.Equal(["loss", "p_loss", "q_loss"], Logged(objective, ones(1), ones(1)));
    }

    [Fact]
    public void TheOnlyLossOfSeveralOutputsIsLoggedOnce()
    {
        var objective = Of(null, new LossChoice(null, new Engine.Losses.MeanAbsoluteError()));

        Assert.Equal(["loss"], objective.LogNames);
        Assert.Equal(["loss"], Logged(objective, null, ones(1)));
    }

    [Fact]
    public void AMetricThatIsSaidTwiceGetsANumber()
    {
        var mse = new MetricChoice("mse", new Engine.Metrics.MeanSquaredError());

        var objective = Objective.Of(
            new CompileOptions { Metrics = new PerOutput<IReadOnlyList<MetricChoice>>([mse, mse, mse]), WeightedMetrics = new PerOutput<IReadOnlyList<MetricChoice>>([mse, mse]) }, ["y"], []);

        Assert.Equal(["loss", "mse", "mse_1", "mse_2", "weighted_mse", "weighted_mse_1"], objective.LogNames);
    }

    private static Objective Of(LossChoice? p, LossChoice? q)
    {
        var losses = new Dictionary<string, Placed<LossChoice>>();
        foreach (var (output, loss) in new[] { ("p", p), ("q", q) })
        {
            if (loss is not null)
            {
                losses[output] = new(loss, SourceSpan.Nowhere);
            }
        }

        return Objective.Of(new CompileOptions { Loss = new PerOutput<LossChoice>(losses, SourceSpan.Nowhere), Optimizer = null! }, ["p", "q"], []);
    }

    private static IEnumerable<string> Logged(Objective objective, params Tensor?[] losses)
    {
        using var scope = NewDisposeScope();
        using var measures = new Measures(objective, LossMean.OverExamples);
        measures.Add(new BatchLoss(ones(1), losses), [zeros(1), zeros(1)], [zeros(1), zeros(1)], [null, null], [null, null], 1);
        return [.. measures.Read().Keys];
    }
}
