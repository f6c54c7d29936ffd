using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Merging;

/// <summary>The one layer of Keras 1 that made one tensor of several; it stands for Add, Multiply, Average, Maximum, Concatenate or Dot.</summary>
/// <remarks>
/// Shape: that of the layer it stands for.
/// Errors: those of the layer it stands for. A mode that is a function in Python is refused.
/// Source: Keras 1.2, <c>keras.layers.Merge</c>, <c>keras.engine.topology.merge</c>.
/// </remarks>
/// <example>Merge: { from: [left, right], mode: concat, concat_axis: -1 }</example>
[KerasName("Merge")]
[RefusedOption("layers", "'from' names what is merged")]
[RefusedOption("arguments", "they belong to Python code")]
[RefusedOption("output_shape", "it belongs to Python code")]
[RefusedOption("output_mask", "it belongs to Python code")]
[RefusedOption("node_indices", "'from' names what is merged")]
[RefusedOption("tensor_indices", "'from' names what is merged")]
public sealed record Merge : Layer, IStandsFor
{
    /// <summary>How the inputs are merged.</summary>
    public MergeMode Mode { get; init; } = MergeMode.Sum;

    /// <summary>The axis along which <c>concat</c> joins; negative counts from the end.</summary>
    public int ConcatAxis { get; init; } = -1;

    /// <summary>The axis of the vectors that <c>dot</c> and <c>cos</c> multiply, or one for each input.</summary>
    [OneOrMore]
    public IReadOnlyList<int> DotAxes { get; init; } = [-1];

    /// <inheritdoc/>
    [NotAnOption]
    public override MaskRule Masks => MaskRule.Makes;

    /// <inheritdoc/>
    object IStandsFor.Now => Now;

    private Layer Now
    {
        get
        {
            Layer now = Mode switch
            {
                MergeMode.Sum => new Add(),
                MergeMode.Multiply => new Multiply(),
                MergeMode.Average => new Average(),
                MergeMode.Maximum => new Maximum(),
                MergeMode.Concatenate => new Concatenate { Axis = ConcatAxis },
                _ => new Dot { Axes = DotAxes, Normalize = Mode == MergeMode.Cosine },
            };
            return now with { Name = Name, Trainable = Trainable, Dtype = Dtype };
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call) => Now.Infer(inputs, call);

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) => Now.Build(inputs, context);
}

/// <summary>How Keras 1 merged.</summary>
public enum MergeMode
{
    /// <summary>Added, value by value.</summary>
    Sum,

    /// <summary>Multiplied, value by value.</summary>
    [KerasName("mul")]
    Multiply,

    /// <summary>Averaged, value by value.</summary>
    [KerasName("ave")]
    Average,

    /// <summary>The greatest, value by value.</summary>
    [KerasName("max")]
    Maximum,

    /// <summary>Joined along <c>concat_axis</c>.</summary>
    [KerasName("concat")]
    Concatenate,

    /// <summary>Scalar products along <c>dot_axes</c>.</summary>
    Dot,

    /// <summary>Cosines along <c>dot_axes</c>.</summary>
    [KerasName("cos")]
    Cosine,
}
