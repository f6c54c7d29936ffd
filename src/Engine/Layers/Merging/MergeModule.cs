using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Merging;

/// <summary>The module of a layer that makes one tensor of several and has no weights.</summary>
/// <param name="merge">What it computes.</param>
internal sealed class MergeModule(Func<IReadOnlyList<Tensor>, Tensor> merge) : LayerModule
{
    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call) => [merge(inputs)];
}
