using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>What all recurrent layers share: how a cell walks along a sequence, and what comes out.</summary>
/// <remarks>
/// Inputs after the first are the states before the first step (Keras's <c>initial_state</c>). Steps that a mask leaves out carry the
/// states on, and put out what the step before did, or zeros before the first.
/// </remarks>
[IgnoredOption("implementation")]
[IgnoredOption("consume_less")]
[IgnoredOption("use_cudnn")]
[RefusedOption("time_major", "sequences have the batch first")]
public abstract record RecurrentLayer : Layer
{
    /// <summary>Whether the outputs of all steps come out; else that of the last.</summary>
    public bool ReturnSequences { get; init; }

    /// <summary>Whether the states after the last step come out too.</summary>
    public bool ReturnState { get; init; }

    /// <summary>Whether the sequence is walked from its end to its start; the outputs then come in that order.</summary>
    public bool GoBackwards { get; init; }

    /// <summary>Whether the states after one batch are those before the next, example by example.</summary>
    public bool Stateful { get; init; }

    /// <summary>A hint to other backends; the results are the same.</summary>
    public bool Unroll { get; init; }

    /// <summary>Whether steps that a mask leaves out put out zeros.</summary>
    public bool ZeroOutputForMask { get; init; }

    /// <summary>Penalty on what comes out.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Makes;

    /// <inheritdoc/>
    protected override Regularizer? OutputPenalty => ActivityRegularizer;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call)
    {
        var (cell, step) = (MakeCell(), StepOf(inputs[0]));
        var (output, states) = (cell.Output(step), cell.States(step));
        if (Stateful && states.Any(state => state.Contains(null)))
        {
            throw new ShapeException(step.Shape[0] is null
                ? "needs to know how many examples a batch has to keep their states (stateful: true); give the input a 'batch_size'"
                : $"needs to know every axis of its input to keep states (stateful: true), but its input is {inputs[0].Shape}");
        }

        GivenStates.Check(inputs, states);
        var shape = ReturnSequences ? new Shape([output[0], inputs[0].Shape[1], .. output.Skip(1)]) : output;
        return [new Spec(shape), .. ReturnState ? states.Select(state => new Spec(state)) : []];
    }

    /// <summary>The cell that walks.</summary>
    private protected abstract Cell MakeCell();

    /// <summary>Sees that a sequence is one.</summary>
    private protected virtual Spec NeedSequence(Spec sequence) => sequence.NeedRank(3);

    /// <inheritdoc/>
    protected sealed override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context)
    {
        var (cell, step) = (MakeCell(), StepOf(inputs[0]));
        IEnumerable<StateTensor> kept = Stateful
            ? cell.States(step).Select((state, i) => new StateTensor($"{context.Path}/rnn_state_{i}", [.. state.Select(length => length!.Value)]))
            : [];
        return new RecurrentModule(this, cell.BuildPart(step, context), kept);
    }

    private Spec StepOf(Spec sequence)
    {
        var shape = NeedSequence(sequence).Shape;
        return sequence.With(new Shape([shape[0], .. shape.Skip(2)]));
    }
}
