using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Saving.Onnx;

/// <summary>A tensor of an ONNX graph.</summary>
/// <param name="Name">The name that nodes use for it.</param>
/// <param name="Spec">Its shape and type, in Keras's order of axes.</param>
/// <param name="Mask">The name of a tensor that is true where its positions count, or null.</param>
internal sealed record OnnxValue(string Name, Spec Spec, string? Mask = null);

/// <summary>What a layer puts out, in ONNX.</summary>
/// <param name="Name">The name of the tensor.</param>
/// <param name="Mask">The name of its mask, for a layer that makes masks.</param>
internal readonly record struct OnnxOutput(string Name, string? Mask = null)
{
    /// <summary>A tensor without a mask.</summary>
    public static implicit operator OnnxOutput(string name) => new(name);
}
