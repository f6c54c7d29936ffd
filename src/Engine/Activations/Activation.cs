using ExperimentRunner.Engine.Definitions.Forms;
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
}
