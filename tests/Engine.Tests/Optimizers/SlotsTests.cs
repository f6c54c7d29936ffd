using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Optimizers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Optimizers;

/// <summary>What Keras 3 writes to <c>optimizer/vars/0, 1, …</c>, in order.</summary>
public class SlotsTests
{
    public static TheoryData<Optimizer, string> Files() => new()
    {
        { new SGD(), "" },
        { new SGD { Momentum = 0.9 }, "sgd/d_kernel_momentum sgd/d_bias_momentum" },
        { new RMSprop { Momentum = 0.9, Centered = true }, "rm_sprop/d_kernel_velocity rm_sprop/d_bias_velocity rm_sprop/d_kernel_momentum rm_sprop/d_bias_momentum rm_sprop/d_kernel_average_gradient rm_sprop/d_bias_average_gradient" },
        { new Adam(), "adam/d_kernel_momentum adam/d_kernel_velocity adam/d_bias_momentum adam/d_bias_velocity" },
        { new AdamW { Amsgrad = true, Name = "mine" }, "mine/d_kernel_momentum mine/d_kernel_velocity mine/d_bias_momentum mine/d_bias_velocity mine/d_kernel_velocity_hat mine/d_bias_velocity_hat" },
        { new Adadelta(), "adadelta/d_kernel_accumulated_grad adadelta/d_kernel_accumulated_delta_var adadelta/d_bias_accumulated_grad adadelta/d_bias_accumulated_delta_var" },
        { new Adagrad(), "adagrad/d_kernel_accumulator adagrad/d_bias_accumulator" },
        { new Adamax(), "adamax/d_kernel_momentum adamax/d_kernel_norm adamax/d_bias_momentum adamax/d_bias_norm" },
        { new Adafactor(), "adafactor/d_kernel_r adafactor/d_kernel_c adafactor/d_kernel_velocity adafactor/d_bias_r adafactor/d_bias_c adafactor/d_bias_velocity" },
        { new Nadam(), "nadam/d_kernel_momentum nadam/d_kernel_velocity nadam/d_bias_momentum nadam/d_bias_velocity nadam/u_product" },
        { new Ftrl(), "ftrl/d_kernel_accumulator ftrl/d_kernel_linear ftrl/d_bias_accumulator ftrl/d_bias_linear" },
        { new Lion(), "lion/d_kernel_momentum lion/d_bias_momentum" },
        { new Lamb(), "lamb/d_kernel_momentum lamb/d_kernel_velocity lamb/d_bias_momentum lamb/d_bias_velocity" },
        { new Muon(), "muon/d_kernel_momentum muon/d_bias_momentum muon/d_bias_velocity" },
        { new ScheduleFreeAdamW(), "schedule_free_adam_w/d_kernel_momentum schedule_free_adam_w/d_kernel_velocity schedule_free_adam_w/d_bias_momentum schedule_free_adam_w/d_bias_velocity" },
        { new SGD { Momentum = 0.9, UseEma = true, GradientAccumulationSteps = 2 }, "sgd/d_kernel_average sgd/d_bias_average sgd/d_kernel_gradient_accumulator sgd/d_bias_gradient_accumulator sgd/d_kernel_momentum sgd/d_bias_momentum" },
    };

    [Theory, MemberData(nameof(Files))]
    public void AreNamedAndOrderedAsInKerasFiles(Optimizer optimizer, string slots)
    {
        using var scope = NewDisposeScope();
        using var kernel = new Weight("d/kernel", zeros(4, 3));
        using var bias = new Weight("d/bias", zeros(3));
        using var state = optimizer.Start([kernel, bias]);
        var name = state.Variables()[0].Key.Split('/')[0];
        Assert.Equal(slots, string.Join(" ", state.Slots.Select(slot => slot.Key)));
        Assert.Equal($"{name}/iteration {name}/learning_rate {slots}".Trim(), string.Join(" ", state.Variables().Select(variable => variable.Key)));
        Assert.Equal(ScalarType.Int64, state.Variables()[0].Value.dtype);
    }

    [Fact]
    public void AdafactorKeepsAMatrixAsARowAndAColumn()
    {
        using var scope = NewDisposeScope();
        using var kernel = new Weight("d/kernel", zeros(2, 4, 3));
        using var bias = new Weight("d/bias", zeros(3));
        using var state = new Adafactor().Start([kernel, bias]);
        Assert.Equal(["2 4", "2 3", "2 4 3", "", "", "3"], state.Slots.Select(slot => string.Join(" ", slot.Value.shape)));
    }

    [Fact]
    public void SomeDoNotStartAtZero()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("w", full(1, 7f));
        using var adagrad = new Adagrad().Start([weight]);
        using var ftrl = new Ftrl { InitialAccumulatorValue = 0.5 }.Start([weight]);
        using var nadam = new Nadam().Start([weight]);
        using var free = new ScheduleFreeAdamW().Start([weight]);
        Assert.Equal([0.1f], Values(adagrad));
        Assert.Equal([0.5f, 0], Values(ftrl));
        Assert.Equal([0, 0, 1], Values(nadam));
        Assert.Equal([7, 0], Values(free));

        static IEnumerable<float> Values(OptimizerState state) => state.Slots.Select(slot => slot.Value.item<float>());
    }
}
