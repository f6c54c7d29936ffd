using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>What GlobalMaxPooling1D, GlobalMaxPooling2D and GlobalMaxPooling3D share.</summary>
public abstract record GlobalMaxPooling : GlobalPooling
{
    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var axes = SpaceAxes;
        return new FunctionModule((x, call) => call.Cast(x).amax(axes, KeepDims), (onnx, x) => onnx.Add("ReduceMax", [onnx.Float(x)], ("axes", axes), ("keepdims", KeepDims ? 1L : 0L)));
    }
}
