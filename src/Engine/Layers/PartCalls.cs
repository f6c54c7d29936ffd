using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers;

/// <summary>Calls of a layer inside another.</summary>
internal static class PartCalls
{
    /// <summary>Calls a part of a layer; it draws random numbers of its own, and hears whether the layer was told to train.</summary>
    /// <param name="call">The call of the layer around it.</param>
    /// <param name="part">The part.</param>
    /// <param name="name">What tells the part from its siblings, and one call of it from another.</param>
    /// <param name="inputs">What goes in.</param>
    /// <param name="masks">A mask for each input, or null.</param>
    internal static IReadOnlyList<Tensor> CallPart(
        this Call call, LayerModule part, string name, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks)
    {
        var (options, node) = (call.Options, call.Node);
        call.Options = options.Training is null ? CallOptions.None : new CallOptions { Training = options.Training };
        call.Node = (long)new RandomKey((ulong)node).Derive(name).Value;
        var outputs = part.Call(inputs, masks, call);
        (call.Options, call.Node) = (options, node);
        return outputs;
    }
}
