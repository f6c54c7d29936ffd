using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>Cells on top of one another that behave as one: at each step, the output of one is the input of the next.</summary>
/// <remarks>
/// Shape: <c>[batch, features]</c> becomes the output of the last cell, and the new states of all, the first cell's first.
/// Weights: those of the cells, in order.
/// Errors: there must be a cell, and each must fit the one below it.
/// Source: Keras 3, <c>keras.layers.StackedRNNCells</c>.
/// </remarks>
/// <example>StackedRNNCells: { cells: [LSTMCell: { units: 32 }, GRUCell: { units: 16 }] }</example>
[KerasName("StackedRNNCells")]
public sealed record StackedRNNCells : Cell
{
    /// <summary>The cells, the one that sees the sequence first.</summary>
    public required IReadOnlyList<Cell> Cells { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> States(Spec step) => [.. Steps(step).SelectMany(one => one.Cell.States(one.Step))];

    /// <inheritdoc/>
    public override Shape Output(Spec step)
    {
        var (cell, below) = Steps(step).Last();
        return cell.Output(below);
    }

    /// <inheritdoc/>
    private protected override CellModule Build(Spec step, BuildContext context)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var module = new Module();
        foreach (var (cell, below) in Steps(step))
        {
            var name = Numbered(cell.NameOrClass, taken);
            var attribute = Numbered(LayerNames.FromClass(Catalog.NameOf(cell.GetType())), module.Children.Select(child => child.Key["cells/".Length..]).ToHashSet());
            module.Add($"cells/{attribute}", cell.BuildPart(below, context, name));
        }

        return module;
    }

    private static string Numbered(string name, HashSet<string> taken)
    {
        var free = name;
        for (var number = 1; !taken.Add(free); number++)
        {
            free = $"{name}_{number}";
        }

        return free;
    }

    private IEnumerable<(Cell Cell, Spec Step)> Steps(Spec step)
    {
        if (Cells.Count == 0)
        {
            throw new ShapeException("needs at least one cell");
        }

        foreach (var cell in Cells)
        {
            yield return (cell, step);
            step = step.With(cell.Output(step));
        }
    }

    private sealed class Module : CellModule
    {
        private readonly List<CellModule> _cells = [];

        internal override int StateCount => _cells.Sum(cell => cell.StateCount);

        internal void Add(string attribute, CellModule cell) => _cells.Add(Own(attribute, cell));

        internal override Tensor[] Zeros(Tensor step) => [.. _cells.SelectMany(cell => cell.Zeros(step))];

        internal override CellWalk Begin(Tensor step, Call call, RandomKey key)
        {
            var walks = new (CellWalk Walk, int States)[_cells.Count];
            var below = step;
            for (var i = 0; i < walks.Length; i++)
            {
                walks[i] = (_cells[i].Begin(below, call, key.Derive(i)), _cells[i].StateCount);
                below = _cells[i].Zeros(below)[0];
            }

            return new Walk(walks);
        }

        internal override (string Outputs, string[] States) WalkOnnx(OnnxGraph onnx, OnnxWalk walk)
        {
            var (x, next) = (walk.Steps, new List<string>());
            foreach (var cell in _cells)
            {
                (x, var own) = cell.WalkOnnx(onnx, walk with { Steps = x, States = [.. walk.States.Skip(next.Count).Take(cell.StateCount)] });
                next.AddRange(own);
            }

            return (x, [.. next]);
        }

        internal override bool HasKernel(Call call) => _cells.TrueForAll(cell => cell.HasKernel(call));

        internal override (Tensor Outputs, Tensor[] States) RunKernel(
            Tensor x, ReadOnlySpan<Tensor> states, SequenceEnds? ends, bool wantStates, Call call, RandomKey key)
        {
            var next = new List<Tensor>();
            for (var i = 0; i < _cells.Count; i++)
            {
                var count = _cells[i].StateCount;
                var (y, own) = _cells[i].RunKernel(x, states[..count], ends, wantStates, call, key.Derive(i));
                states = states[count..];
                next.AddRange(own);
                x = y;
            }

            return (x, [.. next]);
        }
    }

    private sealed class Walk((CellWalk Walk, int States)[] cells) : CellWalk
    {
        internal override Tensor Project(Tensor x) => cells[0].Walk.Project(x);

        internal override (Tensor Output, Tensor[] States) Step(Tensor projected, ReadOnlySpan<Tensor> states)
        {
            var next = new List<Tensor>();
            var output = projected;
            for (var i = 0; i < cells.Length; i++)
            {
                var (walk, count) = cells[i];
                (output, var own) = walk.Step(i == 0 ? projected : walk.Project(output), states[..count]);
                states = states[count..];
                next.AddRange(own);
            }

            return (output, [.. next]);
        }
    }
}
