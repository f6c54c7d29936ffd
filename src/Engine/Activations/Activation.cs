using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>A function applied to every element of a tensor, or along one of its axes.</summary>
[WrittenByName(InKerasToo = true)]
public abstract record Activation
{
    /// <summary>Leaves its input as it is.</summary>
    public static Activation Linear { get; } = new Linear();

    /// <summary>Applies the function.</summary>
    public abstract Tensor Apply(Tensor x);

    /// <summary>The shape of the result: the input's, unless the function says otherwise.</summary>
    /// <exception cref="ShapeException">The function cannot be applied to such an input.</exception>
    public virtual Shape OutputShape(Shape input) => input;

    /// <summary>Says the function in ONNX.</summary>
    /// <param name="onnx">The graph.</param>
    /// <param name="x">The name of what it is applied to.</param>
    /// <param name="shape">Its shape.</param>
    internal virtual string WriteOnnx(OnnxGraph onnx, string x, Shape shape) =>
        throw onnx.Refuse($"the activation {Catalog.NameOf(GetType())} has no operators there");

    /// <summary>What ONNX's recurrent operators call it, with its options; null where they do not know it.</summary>
    internal virtual (string Name, float[] Alpha, float[] Beta)? OnnxRecurrent => null;
}
