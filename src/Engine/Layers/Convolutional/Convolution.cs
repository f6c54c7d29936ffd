using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>What Conv1D, Conv2D and Conv3D share: everything but the number of axes.</summary>
[RefusedOption("lora_rank", "low-rank adaptation is not supported")]
[RefusedOption("lora_alpha", "low-rank adaptation is not supported")]
public abstract record Convolution : ConvolutionalLayer, IChecked
{
    private const int UsualBatch = 32;

    /// <summary>How many channels come out.</summary>
    [AtLeast(1)]
    [OldName("nb_filter")]
    public required int Filters { get; init; }

    /// <summary>Into how many groups the channels are split, each with filters of its own.</summary>
    [AtLeast(1)]
    public int Groups { get; init; } = 1;

    /// <summary>Makes the start values of the kernel.</summary>
    [OldName("init")]
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Penalty on the kernel.</summary>
    [OldName("W_regularizer")]
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Rule that the kernel obeys after every step.</summary>
    [OldName("W_constraint")]
    public Constraint? KernelConstraint { get; init; }

    /// <summary>The window that moves over the input.</summary>
    private protected abstract Window Window { get; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes() => Filters % Groups == 0 ? Window.BothAboveOne(Window.Strides, Window.Dilations)
        : [new OptionMistake("groups", $"{Filters} filters cannot be split into {Groups} groups.", "a divisor of 'filters'")];

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input)
    {
        var shape = Window.Over(input, DataFormat, Filters);
        return NeedChannels(input) % Groups == 0 ? new Spec(Activation.OutputShape(shape))
            : throw new ShapeException($"cannot split the channels into {Groups} groups, for its input is {input.Shape}");
    }

    /// <summary>How many products this costs, and the sizes if it goes Winograd's way; null where a length is unknown.</summary>
    internal (long Products, WinogradShape? Winograd)? Cost(Spec input, int examples)
    {
        var output = Infer(input).Shape;
        if (input.Shape.Skip(1).Concat(output.Skip(1)).Contains(null))
        {
            return null;
        }

        long[] x = [examples, .. input.Shape.Skip(1).Select(length => length!.Value)];
        long[] kernel = [.. Window.Sizes, NeedChannels(input) / Groups, Filters];
        var products = output.Skip(1).Aggregate((long)examples, (product, length) => product * length!.Value) * kernel[..^1].Aggregate((product, length) => product * length);
        return (products, WinogradShape.Of(Window, DataFormat, x, kernel) is { } shape && WinogradConvolution.Takes(shape, ScalarType.Float32) ? shape : null);
    }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        if (!context.IsDry && Cost(input, UsualBatch) is { Winograd: { } fast })
        {
            WinogradConvolution.Prepare(fast);
        }

        var shape = (long[])[.. Window.Sizes, NeedChannels(input) / Groups, Filters];
        var kernel = context.Weight("kernel", shape, KernelInitializer, KernelRegularizer, KernelConstraint);
        return new Module(this, kernel, Bias(Filters, context));
    }

    private sealed class Module(Convolution layer, Weight kernel, Weight? bias) : ConvolutionalModule(layer, [kernel], bias)
    {
        private readonly Convolver _convolver = new(layer.Window, layer.DataFormat);

        protected override Tensor Convolve(Tensor x, Tensor[] kernels, Tensor? bias) => _convolver.Convolve(x, kernels[0], bias);

        private protected override Tensor? ConvolveAndPool(Tensor x, Tensor[] kernels, Window pooling) => _convolver.ConvolveAndPool(x, kernels[0], pooling);

        private protected override string ConvolveOnnx(OnnxGraph onnx, OnnxValue x, Weight[] kernels, Weight? bias) =>
            _convolver.WriteOnnx(onnx, x, kernels[0].Path, kernels[0].Value, bias);
    }
}
