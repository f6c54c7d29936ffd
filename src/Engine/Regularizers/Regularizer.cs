using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Regularizers;

/// <summary>A penalty on the values of a weight, or on what a layer puts out, that is added to the loss.</summary>
public abstract record Regularizer
{
    /// <summary>The penalty: a scalar.</summary>
    public abstract Tensor Penalty(Tensor values);
}
