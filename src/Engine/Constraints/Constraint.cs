using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Constraints;

/// <summary>A rule that a weight is made to obey after every step of the optimizer.</summary>
public abstract record Constraint
{
    /// <summary>The nearest values that obey the rule.</summary>
    public abstract Tensor Apply(Tensor weight);
}
