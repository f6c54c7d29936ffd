using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Saving.Onnx;

/// <summary>A tensor of an ONNX graph.</summary>
/// <param name="Name">The name that nodes use for it.</param>
/// <param name="Spec">Its shape and type, in Keras's order of axes.</param>
/// <param name="Mask">The name of a tensor that is true where its positions count, or null.</param>
internal sealed record OnnxValue(string Name, Spec Spec, string? Mask = null)
{
    /// <summary>What a layer of one input and one output makes of it.</summary>
    /// <param name="module">The layer.</param>
    /// <param name="rule">What it does with masks.</param>
    /// <param name="output">What it put out.</param>
    internal OnnxValue Through(LayerModule module, MaskRule rule, OnnxOutput output) =>
        output.Of(module.Definition!.Infer([Spec], CallOptions.None)[0], rule, Mask);
}

/// <summary>What a layer puts out, in ONNX.</summary>
/// <param name="Name">The name of the tensor.</param>
/// <param name="Mask">The name of its mask, for a layer that makes masks.</param>
/// <param name="Spec">Its shape and type, where they are not those that the layer declares.</param>
internal readonly record struct OnnxOutput(string Name, string? Mask = null, Spec? Spec = null)
{
    /// <summary>As the tensor that goes into the next layer.</summary>
    /// <param name="declared">The shape and type that the layer declares.</param>
    /// <param name="rule">What the layer does with masks.</param>
    /// <param name="before">The mask of its first input.</param>
    internal OnnxValue Of(Spec declared, MaskRule rule, string? before) => new(Name, Spec ?? declared, rule switch
    {
        MaskRule.Passes => before,
        MaskRule.Makes => Mask,
        _ => null,
    });

    /// <summary>A tensor without a mask.</summary>
    public static implicit operator OnnxOutput(string name) => new(name);
}
