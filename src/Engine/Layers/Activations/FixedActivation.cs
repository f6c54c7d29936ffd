using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Activations;

/// <summary>A layer that is one activation, with the activation's options as its own.</summary>
public abstract record FixedActivation : UnaryLayer
{
    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <summary>What is applied.</summary>
    private protected abstract Activation Function { get; }

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input) => new(Function.OutputShape(input.Shape));

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var function = Function;
        return new FunctionModule((x, call) => call.Activate(function, call.Cast(x)), (onnx, x) => onnx.Activate(function, onnx.Float(x), x.Spec.Shape));
    }
}
