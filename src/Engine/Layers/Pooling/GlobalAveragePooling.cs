using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>What GlobalAveragePooling2D and GlobalAveragePooling3D share.</summary>
public abstract record GlobalAveragePooling : GlobalPooling
{
    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var axes = SpaceAxes;
        return new FunctionModule((x, call) => call.Cast(x).mean(axes, KeepDims), (onnx, x) => onnx.Mean(onnx.Float(x), KeepDims, axes));
    }
}
