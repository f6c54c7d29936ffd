using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Steps by a moving average of the gradient, in the measure of a moving average of its square.</summary>
/// <remarks>
/// <c>m += (1 − beta_1)·(g − m)</c>, <c>v += (1 − beta_2)·(g² − v)</c>, <c>w −= rate·√(1 − beta_2ᵗ)/(1 − beta_1ᵗ)·m / (√v + epsilon)</c>;
/// <c>epsilon</c> stands where Keras has it, not where PyTorch has it. AMSGrad takes the greatest <c>v</c> so far.
/// Slots: <c>momentum</c> (m), <c>velocity</c> (v), weight by weight; then <c>velocity_hat</c> of all, for AMSGrad (Keras 2:
/// <c>m</c>, <c>v</c>, <c>vhat</c>).
/// Source: Keras 3, <c>keras.optimizers.Adam</c>; Kingma and Ba (2014), the formula just before section 2.1; for AMSGrad, Reddi, Kale
/// and Kumar (2018).
/// </remarks>
/// <example>Adam: { learning_rate: 0.001 }</example>
[KerasName("Adam", "adam")]
public sealed record Adam : AdamLike
{
    // libtorch's one operation for all of it wakes its threads for every weight: not worth their while for a small one.
    private const long Small = 4096;

    // It corrects the bias itself, with epsilon elsewhere. At an endless step its correction is 1; Keras's is in the rate.
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], v_hat: List[Tensor],
                 rate: float, beta_1: float, beta_2: float, epsilon: float, amsgrad: bool):
            endless = torch.full([], 1e30, device=w[0].device)
            torch._fused_adam_(w, [x.contiguous() for x in g], m, v, v_hat, [endless for x in w], lr=rate, beta1=beta_1,
                               beta2=beta_2, weight_decay=0.0, eps=epsilon, amsgrad=amsgrad, maximize=False)

        def move_small(w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], v_hat: List[Tensor],
                       rate: float, beta_1: float, beta_2: float, epsilon: float, amsgrad: bool):
            torch._foreach_lerp_(m, g, 1 - beta_1)
            torch._foreach_mul_(v, beta_2)
            torch._foreach_addcmul_(v, g, g, 1 - beta_2)
            if amsgrad:
                torch._foreach_maximum_(v_hat, v)
                root = torch._foreach_sqrt(v_hat)
            else:
                root = torch._foreach_sqrt(v)
            torch._foreach_add_(root, epsilon)
            torch._foreach_addcdiv_(w, m, root, -rate)
        """);

    /// <summary>Whether the greatest average of squares so far counts, not the present one.</summary>
    public bool Amsgrad { get; init; }

    internal override void AddSlots(SlotList slots) => AddSlots(slots, Amsgrad);

    internal override void Move(Step step) => Move(step, step.LearningRate, Beta1, Beta2, Epsilon, Amsgrad);

    /// <summary>Adds Adam's slots.</summary>
    internal static void AddSlots(SlotList slots, bool amsgrad)
    {
        slots.Add("momentum", "velocity");
        if (amsgrad)
        {
            slots.Add("velocity_hat");
        }
    }

    /// <summary>Moves weights by Adam's formula.</summary>
    internal static void Move(Step step, float rate, double beta1, double beta2, double epsilon, bool amsgrad)
    {
        rate = rate * MathF.Sqrt(Bias(beta2, step.Number)) / Bias(beta1, step.Number);
        Move("move", step.Only((torch.Tensor weight) => weight.numel() > Small));
        Move("move_small", step.Only((torch.Tensor weight) => weight.numel() <= Small));

        void Move(string way, Step part)
        {
            if (part.Weights.Length > 0)
            {
                Script.Call(
                    way, part.Weights, part.Gradients, part["momentum"], part["velocity"], amsgrad ? part["velocity_hat"] : [],
                    (double)rate, beta1, beta2, epsilon, amsgrad);
            }
        }
    }
}
