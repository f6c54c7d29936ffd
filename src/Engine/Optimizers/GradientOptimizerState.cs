using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>A <see cref="GradientOptimizer"/> at work: everything around its formula.</summary>
internal sealed class GradientOptimizerState : OptimizerState
{
    private const string Average = "average";
    private const string Accumulator = "gradient_accumulator";

    private static readonly TorchScript Script = new("""
        def unscale(g: List[Tensor], scale: float) -> List[Tensor]:
            return torch._foreach_div(g, scale)

        def mean(g: List[Tensor], gathered: List[Tensor], steps: float) -> List[Tensor]:
            total = torch._foreach_add(g, gathered)
            torch._foreach_div_(total, steps)
            return total

        def gather(gathered: List[Tensor], g: List[Tensor]):
            torch._foreach_add_(gathered, g)

        def clear(gathered: List[Tensor]):
            torch._foreach_zero_(gathered)

        def clip_each(g: List[Tensor], greatest: float) -> List[Tensor]:
            longer = torch._foreach_norm(g, 2)
            torch._foreach_clamp_min_(longer, greatest)
            clipped = torch._foreach_mul(g, greatest)
            torch._foreach_div_(clipped, longer)
            return clipped

        def norm(g: List[Tensor]) -> Tensor:
            return torch.stack(torch._foreach_norm(g, 2)).norm()

        def scale(g: List[Tensor], by: float) -> List[Tensor]:
            return torch._foreach_mul(g, by)

        def clip_values(g: List[Tensor], greatest: float) -> List[Tensor]:
            clipped = torch._foreach_clamp_min(g, -greatest)
            torch._foreach_clamp_max_(clipped, greatest)
            return clipped

        def follow(averages: List[Tensor], w: List[Tensor], momentum: float):
            torch._foreach_mul_(averages, momentum)
            torch._foreach_add_(averages, w, alpha=1 - momentum)

        def copy(to: List[Tensor], source: List[Tensor]):
            torch._foreach_copy_(to, source)
        """);

    private readonly GradientOptimizer _definition;
    private readonly SlotList _slots;
    private readonly Tensor[] _weights;
    private readonly int[] _all;
    private readonly int[] _constrained;
    private float _learningRate;

    internal GradientOptimizerState(GradientOptimizer definition, IReadOnlyList<Weight> weights)
        : base(definition)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        _definition = definition;
        _learningRate = (float)definition.LearningRate.Value;
        _weights = [.. weights.Select(weight => weight.Value)];
        _all = [.. Enumerable.Range(0, weights.Count)];
        _constrained = Array.FindAll(_all, i => weights[i].Constraint is not null);
        _slots = new SlotList(definition, weights);
        if (definition.UseEma)
        {
            _slots.Add(Average);
        }

        if (definition.GradientAccumulationSteps is not null)
        {
            _slots.Add(Accumulator);
        }

        definition.AddSlots(_slots);
        if (definition.IsElementwise)
        {
            _slots.Join();
        }
    }

    /// <inheritdoc/>
    public override long Iterations { get; set; }

    /// <inheritdoc/>
    public override float LearningRate
    {
        get => _definition.LearningRate.Schedule is { } schedule ? schedule.At(Iterations) : _learningRate;
        set => _learningRate = _definition.LearningRate.Schedule is null ? value
            : throw new InvalidOperationException("The learning rate follows a schedule, and cannot be set.");
    }

    /// <inheritdoc/>
    public override bool FollowsSchedule => _definition.LearningRate.Schedule is not null;

    /// <inheritdoc/>
    public override float LossScale => (float)(_definition.LossScaleFactor ?? 1);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, Tensor>> Slots => _slots.All;

    /// <summary>The slots, kind by kind: all weights' momentums, all weights' averages, and so on.</summary>
    internal IEnumerable<Tensor[]> SlotsByKind => _slots.ByKind.Select(kind => kind.Value);

    /// <summary>The same, with what each kind is called.</summary>
    internal IEnumerable<(string Kind, Tensor[] Slots)> SlotsByKindName => _slots.ByKind.Select(kind => (kind.Key, kind.Value));

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Averages => _definition.UseEma ? _slots[Average] : [];

    /// <summary>How many times weights were moved: Keras's <c>iterations</c>, which gathering steps do not advance.</summary>
    private long Moves => Iterations / (_definition.GradientAccumulationSteps ?? 1);

    /// <inheritdoc/>
    public override void Step(IReadOnlyList<Tensor?> gradients)
    {
        if (gradients.Count != _weights.Length)
        {
            throw new ArgumentException($"There are {gradients.Count} gradients for {_weights.Length} weights.", nameof(gradients));
        }

        if (_weights.Length == 0)
        {
            return;
        }

        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var chosen = gradients.Contains(null) ? Array.FindAll(_all, i => gradients[i] is not null) : _all;
        if (chosen.Length == 0)
        {
            throw new InvalidOperationException("No weight has a gradient: the loss does not depend on what is trained.");
        }

        var weights = Chosen(_weights, chosen);
        var given = Array.ConvertAll(chosen, i => gradients[i]!);
        if (_definition.LossScaleFactor is { } factor)
        {
            given = New("unscale", given, factor);
        }

        if (_definition.GradientAccumulationSteps is not { } steps)
        {
            Move(chosen, weights, given);
        }
        else if ((Iterations + 1) % steps == 0)
        {
            Move(chosen, weights, New("mean", given, Chosen(_slots[Accumulator], chosen), (double)steps));
            Script.Call("clear", [_slots[Accumulator]]);
        }
        else
        {
            Script.Call("gather", Chosen(_slots[Accumulator], chosen), given);
        }

        if (_definition.UseEma)
        {
            FollowAverages();
        }

        foreach (var i in _constrained)
        {
            if (gradients[i] is not null)
            {
                _weights[i].copy_(_slots.Weights[i].Constraint!.Apply(_weights[i]));
            }
        }

        Iterations++;
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        if (_definition.UseEma)
        {
            using var grad = no_grad();
            Script.Call("copy", _weights, _slots[Average]);
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _slots.Dispose();

    private static Tensor[] Chosen(Tensor[] tensors, int[] chosen) =>
        chosen.Length == tensors.Length ? tensors : Array.ConvertAll(chosen, i => tensors[i]);

    private static Tensor[] New(string function, params object[] arguments) => (Tensor[])Script.Call(function, arguments)!;

    private void Move(int[] chosen, Tensor[] weights, Tensor[] gradients)
    {
        gradients = Clipped(gradients);
        var (number, rate) = (Moves + 1, _definition.RateOf(LearningRate, Iterations));
        var step = chosen.Length < _weights.Length ? new Step(_slots, false, chosen, weights, gradients) { Number = number, LearningRate = rate }
            : _slots.Small is { } small ? new Step(_slots, true, null, small.Values(), small.Join(gradients)) { Number = number, LearningRate = rate }
            : new Step(_slots, false, null, weights, gradients) { Number = number, LearningRate = rate };
        _definition.Shrink(step);
        _definition.Move(step);
    }

    private Tensor[] Clipped(Tensor[] gradients) => _definition switch
    {
        { Clipnorm: { } each } => New("clip_each", gradients, each),
        { GlobalClipnorm: { } together } => ClippedTogether(gradients, (float)together),
        { Clipvalue: { } value } => New("clip_values", gradients, value),
        _ => gradients,
    };

    private static Tensor[] ClippedTogether(Tensor[] gradients, float greatest)
    {
        var norm = ((Tensor)Script.Call("norm", [gradients])!).item<float>();
        var scale = (greatest * MathF.Min(1 / norm, 1 / greatest)) + (norm - norm); // a norm that is not finite shows in every weight
        return New("scale", gradients, (double)scale);
    }

    private void FollowAverages()
    {
        Script.Call("follow", _slots[Average], _weights, Moves == 0 ? 0 : _definition.EmaMomentum);
        if (_definition.EmaOverwriteFrequency is { } frequency && (Moves + 1) % frequency == 0)
        {
            Script.Call("copy", _weights, _slots[Average]);
        }
    }
}
