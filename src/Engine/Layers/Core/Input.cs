using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>Where data enter a model.</summary>
/// <remarks>
/// Shape: <c>shape</c> after an axis for the batch, or <c>batch_shape</c> with it.
/// Errors: one of the two must be given.
/// Source: Keras 3, <c>keras.layers.InputLayer</c>, <c>keras.Input</c>.
/// </remarks>
/// <example>Input: { shape: [28, 28, 1] }</example>
[KerasName("InputLayer", "Input")]
[RefusedOption("sparse", "sparse tensors are not supported")]
[RefusedOption("ragged", "ragged tensors are not supported")]
[RefusedOption("input_tensor", "an input of a file holds no tensor")]
[RefusedOption("tensor", "an input of a file holds no tensor")]
[RefusedOption("optional", "every input must be given")]
public sealed record Input : Layer
{
    /// <summary>Lengths of the axes after the batch; null is an axis whose length varies.</summary>
    public IReadOnlyList<long?>? Shape { get; init; }

    /// <summary>Lengths of all axes, the batch first.</summary>
    [KerasName("batch_shape", "batch_input_shape")]
    public IReadOnlyList<long?>? BatchShape { get; init; }

    /// <summary>Length of the batch, where it is fixed.</summary>
    [AtLeast(1)]
    public int? BatchSize { get; init; }

    /// <summary>Shape and type of the input.</summary>
    /// <exception cref="ShapeException">Neither shape is given.</exception>
    public Spec ToSpec() => new(
        BatchShape is not null ? new Shape(BatchShape)
        : Shape is not null ? new Shape([BatchSize, .. Shape])
        : throw new ShapeException("needs 'shape'"),
        Dtype?.Compute ?? DataType.Float32);

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call) => [ToSpec()];

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) =>
        throw new InvalidOperationException("An input has nothing to build.");
}
