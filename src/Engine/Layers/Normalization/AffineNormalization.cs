using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;

namespace ExperimentRunner.Engine.Layers.Normalization;

/// <summary>A layer that subtracts a mean, divides by a standard deviation, then applies a learned scale and offset.</summary>
public abstract record AffineNormalization : UnaryLayer
{
    /// <summary>Added to the variance, so that its root can be divided by.</summary>
    [AtLeast(0)]
    public double Epsilon { get; init; } = 1e-3;

    /// <summary>Whether there is a learned offset, <c>beta</c>.</summary>
    public bool Center { get; init; } = true;

    /// <summary>Whether there is a learned scale, <c>gamma</c>.</summary>
    public bool Scale { get; init; } = true;

    /// <summary>Makes the start values of the offset.</summary>
    [OldName("beta_init")]
    public Initializer BetaInitializer { get; init; } = new Zeros();

    /// <summary>Makes the start values of the scale.</summary>
    [OldName("gamma_init")]
    public Initializer GammaInitializer { get; init; } = new Ones();

    /// <summary>Penalty on the offset.</summary>
    public Regularizer? BetaRegularizer { get; init; }

    /// <summary>Penalty on the scale.</summary>
    public Regularizer? GammaRegularizer { get; init; }

    /// <summary>Rule that the offset obeys after every step.</summary>
    public Constraint? BetaConstraint { get; init; }

    /// <summary>Rule that the scale obeys after every step.</summary>
    public Constraint? GammaConstraint { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <summary>The module of such a layer.</summary>
    private protected abstract class AffineModule : UnaryModule
    {
        private readonly Weight? _gamma;
        private readonly Weight? _beta;

        private protected AffineModule(AffineNormalization layer, long[] shape, BuildContext context)
        {
            _gamma = layer.Scale ? Own(context.Weight("gamma", shape, layer.GammaInitializer, layer.GammaRegularizer, layer.GammaConstraint)) : null;
            _beta = layer.Center ? Own(context.Weight("beta", shape, layer.BetaInitializer, layer.BetaRegularizer, layer.BetaConstraint)) : null;
        }

        /// <summary>The scale, or null.</summary>
        private protected TorchSharp.torch.Tensor? Gamma => _gamma?.Value;

        /// <summary>The offset, or null.</summary>
        private protected TorchSharp.torch.Tensor? Beta => _beta?.Value;

        /// <summary>Says the learned scale and offset in ONNX, over the last axes.</summary>
        private protected string Affine(OnnxGraph onnx, string x)
        {
            var y = _gamma is null ? x : onnx.Times(x, onnx.Weight(_gamma));
            return _beta is null ? y : onnx.Plus(y, onnx.Weight(_beta));
        }
    }
}
