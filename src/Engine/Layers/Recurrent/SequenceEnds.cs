using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>Where the examples of a batch end, when they start together and are of different lengths.</summary>
/// <param name="Last">Each example's last step, as an index into <c>[time · batch]</c>, <c>[batch]</c>.</param>
/// <param name="Over">1 at the steps after the last, else 0, <c>[time, batch, 1]</c>.</param>
/// <param name="Empty">True for examples of no steps, <c>[batch, 1]</c>; null when there are none.</param>
internal sealed record SequenceEnds(Tensor Last, Tensor Over, Tensor? Empty)
{
    /// <summary>What stood at each example's last step; where it has none, what was there before.</summary>
    /// <param name="values">A value for each step, <c>[time, batch, units]</c>.</param>
    /// <param name="before">The value before the first step, <c>[batch, units]</c>.</param>
    internal Tensor LastOf(Tensor values, Tensor before)
    {
        var last = values.flatten(0, 1).index_select(0, Last); // [batch, units]
        return Empty is null ? last : where(Empty, before, last);
    }
}
