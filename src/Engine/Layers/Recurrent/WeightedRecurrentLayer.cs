using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>What the recurrent layers with a cell of their own share: the cell's options.</summary>
public abstract record WeightedRecurrentLayer : RecurrentLayer
{
    /// <summary>Applied to what the cell would remember and put out.</summary>
    public Activation Activation { get; init; } = new Tanh();

    /// <summary>Whether a learned offset is added.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Makes the start values of the kernel for the input.</summary>
    [OldName("init")]
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Makes the start values of the kernel for the state.</summary>
    [OldName("inner_init")]
    public Initializer RecurrentInitializer { get; init; } = new Orthogonal();

    /// <summary>Makes the start values of the bias.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty on the kernel for the input.</summary>
    [OldName("W_regularizer")]
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Penalty on the kernel for the state.</summary>
    [OldName("U_regularizer")]
    public Regularizer? RecurrentRegularizer { get; init; }

    /// <summary>Penalty on the bias.</summary>
    [OldName("b_regularizer")]
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Rule that the kernel for the input obeys after every step of the optimizer.</summary>
    [OldName("W_constraint")]
    public Constraint? KernelConstraint { get; init; }

    /// <summary>Rule that the kernel for the state obeys after every step of the optimizer.</summary>
    public Constraint? RecurrentConstraint { get; init; }

    /// <summary>Rule that the bias obeys after every step of the optimizer.</summary>
    [OldName("b_constraint")]
    public Constraint? BiasConstraint { get; init; }

    /// <summary>The fraction of the input that is set to zero while training; the same of it at every step.</summary>
    [Between(0, 1)]
    [OldName("dropout_W")]
    public double Dropout { get; init; }

    /// <summary>The fraction of the state that is set to zero while training; the same of it at every step.</summary>
    [Between(0, 1)]
    [OldName("dropout_U")]
    public double RecurrentDropout { get; init; }

    /// <summary>Starts the random numbers of the dropout; null takes the run's seed alone.</summary>
    public long? Seed { get; init; }

    /// <summary>The cell, its own options set.</summary>
    private protected abstract WeightedCell BareCell { get; }

    /// <inheritdoc/>
    private protected sealed override Cell MakeCell() => BareCell with
    {
        Activation = Activation,
        UseBias = UseBias,
        KernelInitializer = KernelInitializer,
        RecurrentInitializer = RecurrentInitializer,
        BiasInitializer = BiasInitializer,
        KernelRegularizer = KernelRegularizer,
        RecurrentRegularizer = RecurrentRegularizer,
        BiasRegularizer = BiasRegularizer,
        KernelConstraint = KernelConstraint,
        RecurrentConstraint = RecurrentConstraint,
        BiasConstraint = BiasConstraint,
        Dropout = Dropout,
        RecurrentDropout = RecurrentDropout,
        Seed = Seed,
    };
}
