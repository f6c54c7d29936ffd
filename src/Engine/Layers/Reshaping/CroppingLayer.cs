using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>What Cropping1D, Cropping2D and Cropping3D share: everything but the number of axes.</summary>
public abstract record CroppingLayer : SpatialLayer
{
    /// <summary>How many values are cut off before and after each axis of space.</summary>
    private protected abstract IReadOnlyList<IReadOnlyList<int>> Sides { get; }

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input)
    {
        var shape = input.NeedExactRank(Sides.Count + 2).Shape;
        for (var axis = 0; axis < Sides.Count; axis++)
        {
            var at = axis + Space.FirstAxis(DataFormat);
            shape = shape[at] <= Sides[axis].Sum()
                ? throw new ShapeException($"would leave nothing, for its input is {input.Shape}")
                : shape.With(at, shape[at] - Sides[axis].Sum());
        }

        return input.With(shape);
    }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var (sides, first) = (Sides, Space.FirstAxis(DataFormat));
        return new FunctionModule((x, _) =>
        {
            for (var axis = 0; axis < sides.Count; axis++)
            {
                x = x.narrow(axis + first, sides[axis][0], x.shape[axis + first] - sides[axis].Sum());
            }

            return x.contiguous();
        }, (onnx, x) => sides.Index().Aggregate(x.Name, (y, side) => side.Item.Sum() == 0 ? y
            : onnx.Slice(y, side.Index + first, side.Item[0], side.Item[1] == 0 ? long.MaxValue : -side.Item[1])));
    }
}
