using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>Walks a cell along a sequence: at each step, the cell makes an output and new states of the item and the states so far.</summary>
/// <remarks>
/// Shape: <c>[batch, time, …]</c> becomes the cell's output, <c>[batch, …]</c>, or with <c>return_sequences</c> <c>[batch, time, …]</c>;
/// with <c>return_state</c> the states follow. Further inputs are the states before the first step (<c>initial_state</c>).
/// Weights: those of the cell.
/// Errors: an input without an axis of time; with <c>stateful</c>, a batch of unknown size.
/// Source: Keras 3, <c>keras.layers.RNN</c>.
/// </remarks>
/// <example>RNN: { cell: { GRUCell: { units: 32 } }, return_sequences: true }</example>
[KerasName("RNN")]
public sealed record RNN : RecurrentLayer
{
    /// <summary>The cell; a list of cells is stacked.</summary>
    public required Cell Cell { get; init; }

    /// <inheritdoc/>
    private protected override Cell MakeCell() => Cell;
}
