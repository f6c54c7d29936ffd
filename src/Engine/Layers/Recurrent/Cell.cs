using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>
/// One step of a recurrent layer: what the next item of a sequence and the states so far make of each other. <see cref="RNN"/> walks
/// it along a sequence; called by itself it takes the item and the states (zeros when they are left out) and gives the output and the
/// new states.
/// </summary>
[Form<CellForm>]
public abstract record Cell : Layer
{
    /// <summary>The shapes of the states, the batch included, in the order of Keras's <c>state_size</c>.</summary>
    /// <param name="step">One item of the sequence, <c>[batch, …]</c>.</param>
    /// <exception cref="ShapeException">The item does not fit the cell.</exception>
    public abstract IReadOnlyList<Shape> States(Spec step);

    /// <summary>The shape of the output: the first state's, unless the cell says otherwise.</summary>
    /// <param name="step">One item of the sequence, <c>[batch, …]</c>.</param>
    public virtual Shape Output(Spec step) => States(step)[0];

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call)
    {
        var states = States(inputs[0]);
        GivenStates.Check(inputs, states);
        return [new Spec(Output(inputs[0])), .. states.Select(state => new Spec(state))];
    }

    /// <summary>Makes the module as a part of another layer's, under the cell's name or one made from its class.</summary>
    internal CellModule BuildPart(Spec step, BuildContext context, string? name = null) =>
        (CellModule)Build([step], context.In(name ?? NameOrClass));

    /// <summary>What the cell is called in the paths of weights.</summary>
    internal string NameOrClass => Name ?? LayerNames.FromClass(Catalog.NameOf(GetType()));

    /// <inheritdoc/>
    protected sealed override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) => Build(inputs[0], context);

    /// <summary>Makes the cell's module and weights.</summary>
    private protected abstract CellModule Build(Spec step, BuildContext context);
}

/// <summary>A cell, or a list of cells that are stacked.</summary>
internal sealed class CellForm : Form
{
    private readonly KindForm _cell = new(typeof(Cell));
    private readonly ListForm _cells = new(typeof(Cell));

    public override string Expected => _cell.Expected;

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(_cell.Describe(book, limits), book.List(_cell.Describe(book, limits)));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        if (node is not ListNode)
        {
            return _cell.TryRead(node, reading, out value);
        }

        var read = _cells.TryRead(node, reading, out value);
        value = read ? new StackedRNNCells { Cells = (IReadOnlyList<Cell>)value! } : null;
        return read;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => _cell.Write(value, source, dialect);
}
