using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>
/// A GRU along a whole sequence, with a gradient of its own: libtorch goes back through every operation of every step, and adds to the gradient
/// of the weights at each. Here what does not depend on later steps is computed for all at once, and that gradient is one product at the end.
/// </summary>
internal sealed class GruSequence : autograd.SingleTensorFunction<GruSequence>
{
    private const string HasBias = "has bias";

    /// <inheritdoc/>
    public override string Name => nameof(GruSequence);

    /// <summary>The states after each step, <c>[time, batch, units]</c>, where activations are the usual ones and the reset gate acts after the product.</summary>
    /// <param name="projected">The input's share of the gates update, reset and candidate: <c>[time, batch, 3 · units]</c>.</param>
    /// <param name="state">The state before: <c>[batch, units]</c>.</param>
    /// <param name="weights">What a state is multiplied with: <c>[units, 3 · units]</c>.</param>
    /// <param name="bias">What is added to that product, <c>[3 · units]</c>; or null.</param>
    internal static Tensor Run(Tensor projected, Tensor state, Tensor weights, Tensor? bias) => apply(projected, state, weights, bias!);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var (projected, start, weights, bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor?)vars[3]);
        var units = start.shape[1];
        var (sigmoids, candidates) = (projected.narrow(2, 0, 2 * units).unbind(0), projected.narrow(2, 2 * units, units).unbind(0));
        var steps = new (Tensor Gates, Tensor Candidate, Tensor Share, Tensor State)[candidates.Length];
        var turned = weights.t().contiguous().t(); // the same, but laid out as libtorch multiplies a few rows with it quickest
        var h = start;
        for (var t = 0; t < steps.Length; t++)
        {
            var shares = bias is null ? h.mm(turned) : addmm(bias, h, turned, 1, 1); // [batch, 3 · units]
            var gates = sigmoids[t].add(shares.narrow(1, 0, 2 * units)).sigmoid_();
            var share = shares.narrow(1, 2 * units, units);
            var candidate = addcmul(candidates[t], gates.narrow(1, units, units), share, 1).tanh_();
            h = lerp(candidate, h, gates.narrow(1, 0, units));
            steps[t] = (gates, candidate, share, h);
        }

        var states = Whole(step => step.State);
        ctx.save_for_backward([start, weights, Whole(step => step.Gates), Whole(step => step.Candidate), Whole(step => step.Share), states]);
        ctx.save_data(HasBias, bias is not null);
        return states;

        Tensor Whole(Func<(Tensor Gates, Tensor Candidate, Tensor Share, Tensor State), Tensor> part) => // kept until the step's own scope ends
            stack(steps.Select(part)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var (start, weights, gates, n, share, states) = Saved(ctx);
        var units = start.shape[1];
        var (z, r) = (gates.narrow(2, 0, units), gates.narrow(2, units, units));
        var before = cat([start.unsqueeze(0), states.narrow(0, 0, states.shape[0] - 1)]); // [time, batch, units]

        // What a gradient of the state after a step is multiplied with, to be one of what went into each gate before its activation.
        var ofCandidate = (1 - z) * (1 - n.square());
        var factors = stack([(before - n) * z * (1 - z), ofCandidate * share * r * (1 - r), ofCandidate * r], 2); // [time, batch, 3, units]

        var (kept, times, outer, back) = (z.unbind(0), factors.unbind(0), grad_output.unbind(0), weights.t());
        var (all, ofShares) = (new Tensor[kept.Length], new Tensor[kept.Length]);
        var next = zeros_like(start);
        for (var t = kept.Length - 1; t >= 0; t--)
        {
            all[t] = outer[t] + next;
            ofShares[t] = (all[t].unsqueeze(1) * times[t]).flatten(1); // [batch, 3 · units]
            next = addmm(all[t] * kept[t], ofShares[t], back, 1, 1);
        }

        var dShares = stack(ofShares); // [time, batch, 3 · units]
        var dProjected = cat([dShares.narrow(2, 0, 2 * units), stack(all) * ofCandidate], 2);
        var rows = dShares.flatten(0, 1);
        var dWeights = before.flatten(0, 1).t().mm(rows);
        var dBias = (bool)ctx.get_data(HasBias) ? rows.sum([0L]).MoveToOuterDisposeScope() : null;
        return [dProjected.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope(), dWeights.MoveToOuterDisposeScope(), dBias!];
    }

    private static (Tensor Start, Tensor Weights, Tensor Gates, Tensor Candidates, Tensor Shares, Tensor States) Saved(autograd.AutogradContext ctx)
    {
        var saved = ctx.get_saved_variables();
        return (saved[0], saved[1], saved[2], saved[3], saved[4], saved[5]);
    }
}
