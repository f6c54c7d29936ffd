using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Constraints;

/// <summary>A constraint on the length of the vectors that a weight is made of.</summary>
public abstract record NormConstraint : Constraint
{
    private const double Epsilon = 1e-7;

    /// <summary>
    /// The axes along which a vector lies: 0 for the weights into one unit of a Dense kernel <c>[in, units]</c>, <c>[0, 1, 2]</c>
    /// for those into one filter of a Conv2D kernel <c>[height, width, in, filters]</c>.
    /// </summary>
    [OneOrMore]
    public IReadOnlyList<int> Axis { get; init; } = [0];

    /// <inheritdoc/>
    public sealed override Tensor Apply(Tensor weight)
    {
        var lengths = weight.square().sum([.. Axis.Select(axis => (long)axis)], keepdim: true).sqrt();
        return weight * (Desired(lengths) / (lengths + Epsilon));
    }

    /// <summary>The lengths that the vectors should have.</summary>
    protected abstract Tensor Desired(Tensor lengths);
}
