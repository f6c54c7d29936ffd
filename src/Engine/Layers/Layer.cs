using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers;

/// <summary>A layer as it was written: options, no tensors, no state. It says what comes out of what goes in, and builds a module.</summary>
[IgnoredOption("build_config")]
public abstract record Layer
{
    /// <summary>The layer's name in its model; null lets the model number it.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the layer's weights are trained.</summary>
    public bool Trainable { get; init; } = true;

    /// <summary>The type, or the policy, that the layer computes in; null is the model's.</summary>
    public DtypePolicy? Dtype { get; init; }

    /// <summary>What the layer does with masks.</summary>
    [NotAnOption]
    public virtual MaskRule Masks => MaskRule.Drops;

    /// <summary>The penalty on the layer's output that is added to the loss, for layers that take one.</summary>
    protected virtual Regularizer? OutputPenalty => null;

    /// <summary>The shapes and types of the outputs, from those of the inputs.</summary>
    /// <param name="inputs">The inputs, in the order of Keras's <c>call</c>.</param>
    /// <param name="call">What this call says beside its inputs.</param>
    /// <exception cref="ShapeException">The inputs do not fit the layer.</exception>
    public abstract IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call);

    /// <summary>Makes the layer's module and weights, for inputs of these shapes. Touches no tensor when the context is dry.</summary>
    public LayerModule Build(IReadOnlyList<Spec> inputs, BuildContext context)
    {
        var module = BuildModule(inputs, context);
        module.Name ??= context.Path.Length == 0 ? null : context.Path[(context.Path.LastIndexOf('/') + 1)..];
        module.Definition ??= this;
        module.OutputPenalty = OutputPenalty;
        if (!Trainable)
        {
            module.Freeze(true);
        }

        return module;
    }

    /// <summary>Makes the layer's module and weights. A module's constructor must not compute with the weights.</summary>
    protected abstract LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context);
}

/// <summary>What a layer does with masks: which positions of a sequence count.</summary>
public enum MaskRule
{
    /// <summary>No output has a mask.</summary>
    Drops,

    /// <summary>The output has the mask of the first input.</summary>
    Passes,

    /// <summary>The module says what masks the outputs have (<see cref="LayerModule.OutputMasks"/>).</summary>
    Makes,
}
