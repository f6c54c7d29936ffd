using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>What Conv1DTranspose, Conv2DTranspose and Conv3DTranspose share: everything but the number of axes.</summary>
[IgnoredOption("output_shape")] // Keras 1 had to be told, though the other options give it
public abstract record TransposedConvolution : ConvolutionalLayer, IChecked
{
    /// <summary>How many channels come out.</summary>
    [AtLeast(1)]
    [OldName("nb_filter")]
    public required int Filters { get; init; }

    /// <summary>Makes the start values of the kernel.</summary>
    [OldName("init")]
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Penalty on the kernel.</summary>
    [OldName("W_regularizer")]
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Rule that the kernel obeys after every step.</summary>
    [OldName("W_constraint")]
    public Constraint? KernelConstraint { get; init; }

    /// <summary>The window of the output over which each input is spread.</summary>
    private protected abstract TransposedWindow Window { get; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        var window = Window;
        return window.OutputPadding is { } added && added.Zip(window.Strides).Any(axis => axis.First >= axis.Second)
            ? [new OptionMistake("output_padding", "'output_padding' is not below 'strides'.", "numbers below those of 'strides'")]
            : Layers.Window.BothAboveOne(window.Strides, window.Dilations);
    }

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input)
    {
        NeedChannels(input.NeedExactRank(Window.Rank + 2));
        return new Spec(Activation.OutputShape(Window.Over(input, DataFormat, Filters)));
    }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var shape = (long[])[.. Window.Sizes, Filters, NeedChannels(input)];
        var kernel = context.Weight("kernel", shape, KernelInitializer, KernelRegularizer, KernelConstraint);
        return new Module(this, kernel, Bias(Filters, context));
    }

    private sealed class Module(TransposedConvolution layer, Weight kernel, Weight? bias) : ConvolutionalModule(layer, [kernel], bias)
    {
        private readonly TransposedConvolver _convolver = new(layer.Window, layer.DataFormat);

        protected override Tensor Convolve(Tensor x, Tensor[] kernels, Tensor? bias) => _convolver.Convolve(x, kernels[0], bias);

        private protected override string ConvolveOnnx(OnnxGraph onnx, OnnxValue x, Weight[] kernels, Weight? bias)
        {
            var (window, format) = (layer.Window, layer.DataFormat);
            var cuts = Enumerable.Range(0, window.Rank).Select(window.Cut).ToArray();
            var filters = kernels[0].Value.movedim([-1, -2], [0, 1]); // [channels in, channels out, …]
            string[] inputs = [OnnxSpace.In(onnx, x.Name, format, window.Rank), onnx.Constant(kernels[0].Path, filters), .. bias is null ? [] : new[] { onnx.Weight(bias) }];
            return onnx.Add(
                "ConvTranspose",
                inputs,
                ("kernel_shape", OnnxSpace.Longs(window.Sizes)),
                ("strides", OnnxSpace.Longs(window.Strides)),
                ("dilations", OnnxSpace.Longs(window.Dilations)),
                ("pads", (long[])[.. cuts.Select(cut => cut.Before), .. cuts.Select(cut => Math.Max(cut.After, 0))]),
                ("output_padding", (long[])[.. cuts.Select(cut => Math.Max(-cut.After, 0))]));
        }
    }
}
