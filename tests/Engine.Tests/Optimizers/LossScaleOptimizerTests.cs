using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Optimizers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Optimizers;

public class LossScaleOptimizerTests
{
    [Fact]
    public void TheScaleGrowsAfterGoodStepsAndFallsAfterABadOne()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("w", zeros(1));
        var optimizer = new LossScaleOptimizer { InnerOptimizer = new SGD { LearningRate = 1 }, InitialScale = 8, DynamicGrowthSteps = 2 };
        using var state = optimizer.Start([weight]);
        var scales = new List<float>();
        foreach (var gradient in new[] { 1, 1, 1, float.NaN, 1, 1, float.PositiveInfinity })
        {
            scales.Add(state.LossScale);
            state.Step([full(1, gradient * state.LossScale)]);
        }

        Assert.Equal([8, 8, 16, 16, 8, 8, 16], scales);
        Assert.Equal(8, state.LossScale);
        Assert.Equal(-5, weight.Value.item<float>());
        Assert.Equal(5, state.Iterations);
    }

    [Fact]
    public void TheInnerOptimizersOwnScaleHasNoEffect()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("w", zeros(1));
        using var state = new LossScaleOptimizer { InnerOptimizer = new SGD { LearningRate = 1, LossScaleFactor = 4 } }.Start([weight]);
        state.Step([full(1, 3 * state.LossScale)]);
        Assert.Equal(-3, weight.Value.item<float>());
    }

    [Fact]
    public void TheLearningRateAndTheAveragesAreTheInnerOptimizers()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("w", zeros(1));
        using var state = new LossScaleOptimizer { InnerOptimizer = new SGD { UseEma = true } }.Start([weight]);
        state.LearningRate = 0.5f;
        state.Step([full(1, state.LossScale), ]);
        Assert.Equal(-0.5f, weight.Value.item<float>());
        Assert.Equal(-0.5f, Assert.Single(state.Averages).item<float>());
        state.Averages[0].fill_(2);
        state.Finish();
        Assert.Equal(2, weight.Value.item<float>());
    }

    [Fact]
    public void FilesHaveItsOwnVariablesBeforeTheInnerOptimizers()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("w", zeros(1));
        using var state = new LossScaleOptimizer { InnerOptimizer = new SGD { Momentum = 0.9 } }.Start([weight]);
        state.Step([full(1, state.LossScale)]);
        Assert.Equal(
            [
                "loss_scale_optimizer/iteration 0", "loss_scale_optimizer/learning_rate 0", "loss_scale_optimizer/step_counter 1",
                "loss_scale_optimizer/dynamic_scale 32768", "sgd/iteration 1", "sgd/learning_rate 0.01", "sgd/w_momentum -0.01",
            ],
            state.Variables().Select(variable => FormattableString.Invariant($"{variable.Key} {variable.Value.to_type(ScalarType.Float32).item<float>()}")));
    }

    [Fact]
    public void OptionsOfTheInnerOptimizerAreRefusedOutside()
    {
        var read = Reading.Read<Optimizer>(
            JsonNodes.Parse("""
                {"class_name": "LossScaleOptimizer", "config": {"name": "l", "weight_decay": null, "use_ema": false, "ema_momentum": 0.99,
                "inner_optimizer": {"class_name": "SGD", "config": {}}, "initial_scale": 16.0, "dynamic": true}}
                """),
            Dialect.Keras);
        Assert.Equal(new LossScaleOptimizer { Name = "l", InnerOptimizer = new SGD(), InitialScale = 16 }, read);
        var mistake = Assert.Throws<ConfigException>(() => Reading.Read<Optimizer>(JsonNodes.Parse(
            """{"LossScaleOptimizer": {"inner_optimizer": "sgd", "learning_rate": 0.1}}""")));
        Assert.Equal("LossScaleOptimizer cannot have 'learning_rate': it is the inner optimizer's.", Assert.Single(mistake.Errors).Problem);
    }
}
