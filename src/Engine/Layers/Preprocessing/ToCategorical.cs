using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Turns the numbers of classes into rows with a 1 at the class and 0 elsewhere. For data only: Keras has it as a function.</summary>
/// <remarks>
/// Shape: <c>[batch]</c> or <c>[batch, 1]</c> becomes <c>[batch, num_classes]</c>; further axes stay before the classes.
/// Source: Keras 3, <c>keras.utils.to_categorical</c>.
/// </remarks>
public sealed record ToCategorical : UnaryLayer, IAdapts
{
    internal const string KerasName = "to_categorical";

    /// <summary>How many classes there are; null counts them in the data.</summary>
    [AtLeast(1)]
    public int? NumClasses { get; init; }

    /// <inheritdoc/>
    public bool NeedsData => NumClasses is null;

    /// <inheritdoc/>
    public Layer Adapt(IEnumerable<Tensor> batches)
    {
        var largest = -1L;
        foreach (var batch in batches.Where(batch => batch.numel() > 0))
        {
            largest = Math.Max(largest, batch.max().to_type(ScalarType.Int64).item<long>());
        }

        return largest is >= 0 and < int.MaxValue ? this with { NumClasses = (int)largest + 1 } : throw new ShapeException("finds no classes in the data");
    }

    /// <summary>Makes sure that there are no more classes than said, before a batch finds out.</summary>
    /// <exception cref="DataException">There are.</exception>
    internal void Check(IEnumerable<Tensor> batches, string column)
    {
        foreach (var batch in batches.Where(batch => batch.numel() > 0))
        {
            var classes = batch.to_type(ScalarType.Int64);
            var (least, largest) = (classes.min().item<long>(), classes.max().item<long>());
            if (least < 0 || largest >= NumClasses)
            {
                throw new DataException($"The column '{column}' has the class {(least < 0 ? least : largest)}, but to_categorical makes {NumClasses} classes from 0.");
            }
        }
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        var places = input.Rank > 1 && input.Shape.Last == 1 ? input.Shape.Slice(0, input.Rank - 1) : input.Shape;
        return new Spec(new Shape([.. places, NumClasses]));
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new FunctionModule((x, _) =>
    {
        var classes = x.dim() > 1 && x.shape[^1] == 1 ? x.squeeze(-1) : x;
        return nn.functional.one_hot(classes.to_type(ScalarType.Int64), NumClasses!.Value).to_type(ScalarType.Float32);
    });
}
