using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Makes the values a weight starts with.</summary>
[WrittenByName]
[IgnoredOption("dtype")]
public abstract record Initializer
{
    /// <summary>Makes a float32 tensor of start values.</summary>
    /// <param name="shape">The weight's shape, in Keras's axis order.</param>
    /// <param name="key">Where random numbers come from: the run's seed and the weight's path.</param>
    /// <exception cref="ShapeException">Such a shape cannot be made.</exception>
    public abstract Tensor Make(long[] shape, RandomKey key);
}
