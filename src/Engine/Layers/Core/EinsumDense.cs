using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>A product of its input with a kernel, over the axes that an equation names: <c>y = activation(einsum(x, kernel) + bias)</c>.</summary>
/// <remarks>
/// Shape: as the equation and <c>output_shape</c> say.
/// Weights: <c>kernel</c>, its axes those of the equation; <c>bias</c>, the output's axes from the first of <c>bias_axes</c> on, of
/// length 1 where they are not among them.
/// Errors: lengths that the equation makes one must be equal; those of kernel and bias must be known.
/// Source: Keras 3, <c>keras.layers.EinsumDense</c>.
/// </remarks>
/// <example>EinsumDense: { equation: "...x,xy->...y", output_shape: 64, bias_axes: y }</example>
[KerasName("EinsumDense")]
[RefusedOption("lora_rank", "low-rank adaptation is not supported")]
[RefusedOption("lora_alpha", "low-rank adaptation is not supported")]
[RefusedOption("gptq_unpacked_column_size", "quantized layers are not supported")]
[RefusedOption("quantization_config", "quantized layers are not supported")]
public sealed record EinsumDense : UnaryLayer, IChecked
{
    /// <summary>Which axes are multiplied: <c>abc,cd->abd</c>; dots before or behind stand for any further axes.</summary>
    public required string Equation { get; init; }

    /// <summary>The lengths of the output's axes, without the batch and those of the dots; null is the input's.</summary>
    [OneOrMore]
    public required IReadOnlyList<long?> OutputShape { get; init; }

    /// <summary>Applied to the output.</summary>
    public Activation Activation { get; init; } = Activation.Linear;

    /// <summary>The letters of the output's axes that have a learned offset; null is no offset.</summary>
    public string? BiasAxes { get; init; }

    /// <summary>Makes the start values of the kernel.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Makes the start values of the bias.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty on the kernel.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Penalty on the bias.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Penalty on the output.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>Rule that the kernel obeys after every step.</summary>
    public Constraint? KernelConstraint { get; init; }

    /// <summary>Rule that the bias obeys after every step.</summary>
    public Constraint? BiasConstraint { get; init; }

    /// <inheritdoc/>
    protected override Regularizer? OutputPenalty => ActivityRegularizer;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        const string Expected = "an equation such as 'abc,cd->abd', '...x,xy->...y' or 'ab...,bc->ac...'";
        if (EinsumEquation.Parse(Equation) is not { } equation)
        {
            yield return new OptionMistake("equation", $"'{Equation}' is no equation of an input and a kernel.", Expected);
            yield break;
        }

        if (equation.StrayLetter() is { } stray)
        {
            yield return new OptionMistake("equation", $"'{stray}' stands only once in '{Equation}'.", Expected);
        }

        foreach (var axis in (BiasAxes ?? "").Where(letter => !equation.Output.Contains(letter)))
        {
            yield return new OptionMistake("bias_axes", $"'{axis}' is no axis of the output of '{Equation}'.", $"letters of '{equation.Output}'");
        }
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        var shapes = Parsed.Fit(input, OutputShape, BiasAxes);
        return new Spec(Activation.OutputShape(shapes.Output));
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        var equation = Parsed;
        var shapes = equation.Fit(input, OutputShape, BiasAxes);
        var initializer = KernelInitializer is FanInitializer fan && (fan.InputAxes is null || fan.OutputAxes is null)
            ? fan with { InputAxes = equation.SummedAxes(), OutputAxes = equation.KeptAxes() }
            : KernelInitializer;
        return new Module(
            this,
            context.Weight("kernel", shapes.Kernel, initializer, KernelRegularizer, KernelConstraint),
            shapes.Bias is null ? null : context.Weight("bias", shapes.Bias, BiasInitializer, BiasRegularizer, BiasConstraint));
    }

    private EinsumEquation Parsed => EinsumEquation.Parse(Equation) ?? throw new ShapeException($"has an equation that is none: '{Equation}'");

    private sealed class Module : UnaryModule
    {
        private readonly EinsumDense _layer;
        private readonly Weight _kernel;
        private readonly Weight? _bias;

        internal Module(EinsumDense layer, Weight kernel, Weight? bias)
        {
            _layer = layer;
            _kernel = Own(kernel);
            _bias = bias is null ? null : Own(bias);
        }

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var y = onnx.Add("Einsum", [onnx.Float(x), onnx.Weight(_kernel)], ("equation", _layer.Equation));
            y = _bias is null ? y : onnx.Plus(y, onnx.Weight(_bias));
            return onnx.Activate(_layer.Activation, y, _layer.Infer(x.Spec).Shape);
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            var y = einsum(_layer.Equation, call.Cast(x), call.Cast(_kernel.Value));
            return call.Activate(_layer.Activation, _bias is null ? y : y + call.Cast(_bias.Value));
        }
    }
}
