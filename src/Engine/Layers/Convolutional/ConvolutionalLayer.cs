using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>What all convolutions have: a window, a bias, an activation.</summary>
public abstract record ConvolutionalLayer : SpatialLayer
{
    /// <summary>Applied to the output.</summary>
    public Activation Activation { get; init; } = Activation.Linear;

    /// <summary>Whether a learned offset is added before the activation.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Makes the start values of the bias.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty on the bias.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Penalty on the output.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>Rule that the bias obeys after every step.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <inheritdoc/>
    protected override Regularizer? OutputPenalty => ActivityRegularizer;

    /// <summary>The window that moves over the input.</summary>
    private protected abstract Window Window { get; }

    /// <summary>The bias, if there is one.</summary>
    private protected Weight? Bias(long channels, BuildContext context) =>
        UseBias ? context.Weight("bias", [channels], BiasInitializer, BiasRegularizer, BiasConstraint) : null;
}
