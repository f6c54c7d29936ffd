using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Multiplies the loss against underflow in 16 bits, by as much as the gradients bear, and lets another optimizer move the weights.</summary>
/// <remarks>
/// Where a gradient is not finite, the step is left out and the scale halved; after <c>dynamic_growth_steps</c> steps that went well it
/// is doubled. The inner optimizer's own <c>loss_scale_factor</c> has no effect.
/// Slots: <c>step_counter</c>, <c>dynamic_scale</c>, one number each, then the inner optimizer's.
/// Source: Keras 3, <c>keras.optimizers.LossScaleOptimizer</c>. Keras 2's <c>dynamic: false</c> is read, and the scale moves nonetheless.
/// </remarks>
/// <example>LossScaleOptimizer: { inner_optimizer: { SGD: { learning_rate: 0.1 } } }</example>
[KerasName("LossScaleOptimizer", "lossscaleoptimizer")]
[RefusedOption("learning_rate", "it is the inner optimizer's")]
[RefusedOption("weight_decay", "it is the inner optimizer's")]
[RefusedOption("clipnorm", "it is the inner optimizer's")]
[RefusedOption("clipvalue", "it is the inner optimizer's")]
[RefusedOption("global_clipnorm", "it is the inner optimizer's")]
[RefusedOption("use_ema", "it is the inner optimizer's")]
[IgnoredOption("ema_momentum")]
[RefusedOption("ema_overwrite_frequency", "it is the inner optimizer's")]
[RefusedOption("loss_scale_factor", "the scale is found by itself, from initial_scale")]
[RefusedOption("gradient_accumulation_steps", "it is the inner optimizer's")]
[IgnoredOption("dynamic")]
public sealed record LossScaleOptimizer : Optimizer
{
    private static readonly TorchScript Script = new("""
        def finite(g: List[Tensor]) -> Tensor:
            return torch.stack(torch._foreach_norm(g, float("inf"))).isfinite().all()

        def unscale(g: List[Tensor], scale: Tensor) -> List[Tensor]:
            return torch._foreach_div(g, scale)
        """);

    /// <summary>What moves the weights.</summary>
    public required Optimizer InnerOptimizer { get; init; }

    /// <summary>What the loss is multiplied by at first.</summary>
    [Above(0)]
    public double InitialScale { get; init; } = 32768;

    /// <summary>After how many good steps the scale is doubled.</summary>
    [AtLeast(1)]
    public int DynamicGrowthSteps { get; init; } = 2000;

    /// <inheritdoc/>
    public override LearningRate LearningRate
    {
        get => InnerOptimizer.LearningRate;
        init => throw new NotSupportedException("The learning rate is the inner optimizer's.");
    }

    /// <inheritdoc/>
    public override Optimizer InSteps(long stepsPerEpoch) => this with { InnerOptimizer = InnerOptimizer.InSteps(stepsPerEpoch) };

    /// <inheritdoc/>
    public override OptimizerState Start(IReadOnlyList<Weight> weights) => new State(this, weights);

    private sealed class State : OptimizerState
    {
        private readonly LossScaleOptimizer _definition;
        private readonly OptimizerState _inner;
        private readonly SlotList _slots;
        private readonly Tensor _counter;
        private readonly Tensor _scale;

        internal State(LossScaleOptimizer definition, IReadOnlyList<Weight> weights)
            : base(definition)
        {
            using var scope = NewDisposeScope();
            _definition = definition;
            var inner = definition.InnerOptimizer is GradientOptimizer { LossScaleFactor: not null } scaled
                ? scaled with { LossScaleFactor = null }
                : definition.InnerOptimizer;
            _inner = inner.Start(weights);
            _slots = new SlotList(definition, []);
            _counter = _slots.AddShared("step_counter", zeros([], ScalarType.Int64));
            _scale = _slots.AddShared("dynamic_scale", full([], definition.InitialScale, ScalarType.Float32));
            Slots = [.. _slots.All, .. _inner.Slots];
        }

        public override long Iterations
        {
            get => _inner.Iterations;
            set => _inner.Iterations = value;
        }

        public override float LearningRate
        {
            get => _inner.LearningRate;
            set => _inner.LearningRate = value;
        }

        public override bool FollowsSchedule => _inner.FollowsSchedule;

        public override float LossScale => _scale.item<float>();

        public override IReadOnlyList<KeyValuePair<string, Tensor>> Slots { get; }

        public override IReadOnlyList<Tensor> Averages => _inner.Averages;

        public override void Step(IReadOnlyList<Tensor?> gradients)
        {
            using var grad = no_grad();
            using var scope = NewDisposeScope();
            Tensor[] given = [.. gradients.OfType<Tensor>()];
            if (given.Length > 0 && !((Tensor)Script.Call("finite", [given])!).item<bool>())
            {
                _counter.zero_();
                _scale.mul_(0.5);
                return;
            }

            var unscaled = new Queue<Tensor>((Tensor[])Script.Call("unscale", given, _scale)!);
            _inner.Step([.. gradients.Select(gradient => gradient is null ? null : unscaled.Dequeue())]);
            if (_counter.item<long>() == _definition.DynamicGrowthSteps - 1)
            {
                _counter.zero_();
                _scale.mul_(2);
            }
            else
            {
                _counter.add_(1);
            }
        }

        public override IReadOnlyList<KeyValuePair<string, Tensor>> Variables() =>
        [
            new($"{_definition.PathName}/iteration", zeros([], ScalarType.Int64)), // Keras keeps both, and uses neither
            new($"{_definition.PathName}/learning_rate", zeros([])),
            .. _slots.All,
            .. _inner.Variables(),
        ];

        public override void Assign(IReadOnlyList<Tensor> variables)
        {
            NeedFit(variables);
            using var grad = no_grad();
            _counter.copy_(variables[2]);
            _scale.copy_(variables[3]);
            _inner.Assign([.. variables.Skip(4)]);
        }

        public override void Finish() => _inner.Finish();

        public override void Dispose()
        {
            _inner.Dispose();
            _slots.Dispose();
        }
    }
}
