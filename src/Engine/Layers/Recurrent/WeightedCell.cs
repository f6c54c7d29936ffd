using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Layers.Regularization;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>What all of Keras's cells have: a kernel for the input, one for the state, a bias, an activation, dropout on both.</summary>
[IgnoredOption("implementation")]
public abstract record WeightedCell : Cell
{
    /// <summary>Applied to what the cell would remember and put out.</summary>
    public Activation Activation { get; init; } = new Tanh();

    /// <summary>Whether a learned offset is added.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Makes the start values of the kernel for the input.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Makes the start values of the kernel for the state.</summary>
    public Initializer RecurrentInitializer { get; init; } = new Orthogonal();

    /// <summary>Makes the start values of the bias.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty on the kernel for the input.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Penalty on the kernel for the state.</summary>
    public Regularizer? RecurrentRegularizer { get; init; }

    /// <summary>Penalty on the bias.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Rule that the kernel for the input obeys after every step of the optimizer.</summary>
    public Constraint? KernelConstraint { get; init; }

    /// <summary>Rule that the kernel for the state obeys after every step of the optimizer.</summary>
    public Constraint? RecurrentConstraint { get; init; }

    /// <summary>Rule that the bias obeys after every step of the optimizer.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <summary>The fraction of the input that is set to zero while training; the same of it at every step.</summary>
    [Between(0, 1)]
    public double Dropout { get; init; }

    /// <summary>The fraction of the state that is set to zero while training; the same of it at every step.</summary>
    [Between(0, 1)]
    public double RecurrentDropout { get; init; }

    /// <summary>Starts the random numbers of the dropout; null takes the run's seed alone.</summary>
    public long? Seed { get; init; }

    /// <summary>Makes the weights, in Keras's order.</summary>
    private protected CellWeights Weights(BuildContext context, long[] kernel, long[] recurrent, long[] bias, bool forget = false) => new(
        context.Weight("kernel", kernel, KernelInitializer, KernelRegularizer, KernelConstraint),
        context.Weight("recurrent_kernel", recurrent, RecurrentInitializer, RecurrentRegularizer, RecurrentConstraint),
        UseBias ? context.Weight("bias", bias, forget ? new UnitForgetBias(BiasInitializer) : BiasInitializer, BiasRegularizer, BiasConstraint) : null);
}

/// <summary>The weights of a cell.</summary>
internal sealed record CellWeights(Weight Kernel, Weight Recurrent, Weight? Bias);

/// <summary>Ones for the forget gate, the second of four, so that a cell remembers at first; the rest as another initializer makes it.</summary>
/// <remarks>Source: Jozefowicz, Zaremba and Sutskever (2015).</remarks>
internal sealed record UnitForgetBias(Initializer Others) : Initializer
{
    /// <inheritdoc/>
    public override Tensor Make(long[] shape, RandomKey key)
    {
        var units = shape[0] / 4;
        return cat([Others.Make([units], key.Derive(0)), ones(units), Others.Make([2 * units], key.Derive(1))]);
    }
}

/// <summary>A cell with weights, made of tensors.</summary>
/// <typeparam name="T">What the cell is as it was written.</typeparam>
internal abstract class WeightedCellModule<T> : CellModule
    where T : WeightedCell
{
    private readonly int _gates;

    private protected WeightedCellModule(T cell, CellWeights weights, int gates)
    {
        (Cell, _gates) = (cell, gates);
        Kernel = Own(weights.Kernel);
        Recurrent = Own(weights.Recurrent);
        Bias = weights.Bias is null ? null : Own(weights.Bias);
    }

    /// <summary>What the input is multiplied by.</summary>
    private protected Weight Kernel { get; }

    /// <summary>What the state is multiplied by.</summary>
    private protected Weight Recurrent { get; }

    /// <summary>What is added; null is nothing.</summary>
    private protected Weight? Bias { get; }

    /// <summary>The cell as it was written.</summary>
    private protected T Cell { get; }

    /// <summary>Whether the state has dropout in this call, which no kernel of libtorch does.</summary>
    private protected bool DropsState(Call call) => call.Training && Cell.RecurrentDropout > 0;

    /// <summary>The weights in the type to compute in, and the dropout masks of this call.</summary>
    /// <param name="step">One item of the sequence, <c>[batch, …]</c>.</param>
    /// <param name="state">The shape of the state.</param>
    /// <param name="eachGate">Whether the input has a mask for each gate even without dropout on the state.</param>
    /// <param name="call">How the layer is called.</param>
    /// <param name="key">Where random numbers come from.</param>
    private protected CellTensors Tensors(Tensor step, long[] state, bool eachGate, Call call, RandomKey key)
    {
        var own = Cell.Seed is { } seed ? key.Derive(seed) : key;
        return new CellTensors(
            call.Cast(Kernel.Value),
            call.Cast(Recurrent.Value),
            Bias is null ? null : call.Cast(Bias.Value),
            Masks(Cell.Dropout, step.shape, eachGate || Cell.RecurrentDropout > 0 ? _gates : 1, step.dtype, call, own.Derive(0)),
            Masks(Cell.RecurrentDropout, state, _gates, step.dtype, call, own.Derive(1)));
    }

    /// <summary>Says a recurrent operator of ONNX.</summary>
    /// <param name="onnx">The graph.</param>
    /// <param name="name">The operator.</param>
    /// <param name="walk">The sequence.</param>
    /// <param name="order">The cell's gates in ONNX's order.</param>
    /// <param name="activations">The activations in ONNX's order.</param>
    /// <param name="more">Further options.</param>
    private protected (string Outputs, string[] States) Walk(
        OnnxGraph onnx, string name, OnnxWalk walk, int[] order, Activation[] activations, params (string, object)[] more)
    {
        var known = activations.Select(activation => activation.OnnxRecurrent
            ?? throw onnx.Refuse($"its activation {Catalog.NameOf(activation.GetType())} is not known there")).ToArray();
        var (input, recurrent) = (Gates(Kernel.Value).t().unsqueeze(0), Gates(Recurrent.Value).t().unsqueeze(0)); // [1, gates · units, …]
        List<string> inputs = [walk.Steps, onnx.Constant(Kernel.Path, input), onnx.Constant(Recurrent.Path, recurrent)];
        if (Bias is not null || walk is { States.Count: > 0 } or { Lengths: not null })
        {
            var bias = Bias?.Value ?? zeros(recurrent.shape[1]);
            var both = bias.dim() == 2 ? Gates(bias).flatten() : cat([Gates(bias), zeros_like(bias)]);
            inputs = [.. inputs, onnx.Fixed("bias", both.unsqueeze(0)), walk.Lengths ?? "", .. walk.States.Select(state => onnx.Unsqueeze(state, 0))];
        }

        var outputs = onnx.Add(
            name,
            1 + StateCount,
            inputs,
            [
                ("hidden_size", recurrent.shape[2]),
                ("direction", walk.Backwards ? "reverse" : "forward"),
                ("activations", (string[])[.. known.Select(one => one.Name)]),
                .. Figures("activation_alpha", known.SelectMany(one => one.Alpha)),
                .. Figures("activation_beta", known.SelectMany(one => one.Beta)),
                .. more,
            ]);
        return (onnx.Squeeze(outputs[0], 1), [.. outputs.Skip(1).Select(state => onnx.Squeeze(state, 0))]);

        static (string, object)[] Figures(string name, IEnumerable<float> figures) => figures.ToArray() is { Length: > 0 } some ? [(name, some)] : [];

        Tensor Gates(Tensor weights)
        {
            var gates = weights.chunk(_gates, -1);
            return cat([.. order.Select(gate => gates[gate])], -1);
        }
    }

    private static Tensor[]? Masks(double rate, long[] shape, int count, ScalarType type, Call call, RandomKey key)
    {
        if (!call.Training || rate is not (> 0 and < 1))
        {
            return null;
        }

        var masks = new Tensor[count];
        for (var i = 0; i < count; i++)
        {
            masks[i] = DropoutMask.Make(shape, rate, key.Derive(i), type, 1 / (1 - rate));
        }

        return masks;
    }
}

/// <summary>A cell's weights in the type to compute in, and the dropout masks of one call, one for all gates or one for each.</summary>
internal sealed record CellTensors(Tensor Kernel, Tensor Recurrent, Tensor? Bias, Tensor[]? InputMasks, Tensor[]? StateMasks)
{
    /// <summary>The input with its dropout, where one mask serves all gates: <c>[batch, …]</c> or <c>[time, batch, …]</c>.</summary>
    internal Tensor Drop(Tensor x) => InputMasks is [var mask] ? x * mask : x;

    /// <summary>The product of the input and the kernel for it, and a bias.</summary>
    internal Tensor TimesKernel(Tensor x, Tensor? bias) => Product(x, InputMasks, Kernel, bias);

    /// <summary>The product of a state and the kernel for it (or the gates of both from one on), and a bias.</summary>
    internal Tensor TimesRecurrent(Tensor h, Tensor? bias) => Product(h, StateMasks, Recurrent, bias);

    private static Tensor Product(Tensor x, Tensor[]? masks, Tensor kernel, Tensor? bias)
    {
        if (masks is { Length: > 1 })
        {
            var gates = masks.Zip(kernel.chunk(masks.Length, -1), (mask, part) => (x * mask).matmul(part)).ToArray();
            return bias is null ? cat(gates, -1) : cat(gates, -1).add_(bias);
        }

        var dropped = masks is [var only] ? x * only : x;
        if (bias is null)
        {
            return dropped.matmul(kernel);
        }

        return dropped.dim() == 2 ? addmm(bias, dropped, kernel, 1, 1)
            : addmm(bias, dropped.flatten(0, 1), kernel, 1, 1).unflatten(0, x.shape[0], x.shape[1]); // [time, batch, units]
    }
}
