using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>What Conv1D, Conv2D and Conv3D share: everything but the number of axes.</summary>
[RefusedOption("lora_rank", "low-rank adaptation is not supported")]
[RefusedOption("lora_alpha", "low-rank adaptation is not supported")]
public abstract record Convolution : ConvolutionalLayer
{
    /// <summary>How many channels come out.</summary>
    [AtLeast(1)]
    public required int Filters { get; init; }

    /// <summary>Into how many groups the channels are split, each with filters of its own.</summary>
    [AtLeast(1)]
    public int Groups { get; init; } = 1;

    /// <summary>Makes the start values of the kernel.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Penalty on the kernel.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Rule that the kernel obeys after every step.</summary>
    public Constraint? KernelConstraint { get; init; }

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input)
    {
        var shape = Window.NeedStrideOrDilation().Over(input, DataFormat, Filters);
        var channels = input.NeedAxis(Space.ChannelAxis(DataFormat), "the number of channels");
        if (Filters % Groups != 0)
        {
            throw new ShapeException($"cannot split {Filters} filters into {Groups} groups for its input {input.Shape}");
        }

        if (channels % Groups != 0)
        {
            throw new ShapeException($"cannot split {channels} channels into {Groups} groups for its input {input.Shape}");
        }

        return new Spec(Activation.OutputShape(shape));
    }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context) => new Module(
        this,
        context.Weight(
            "kernel",
            [.. Window.Sizes, input.Shape[Space.ChannelAxis(DataFormat)]!.Value / Groups, Filters],
            KernelInitializer,
            KernelRegularizer,
            KernelConstraint),
        Bias(Filters, context));

    private sealed class Module : UnaryModule
    {
        private readonly Activation _activation;
        private readonly Convolver _convolver;
        private readonly Weight _kernel;
        private readonly Weight? _bias;

        internal Module(Convolution layer, Weight kernel, Weight? bias)
        {
            _activation = layer.Activation;
            _convolver = new Convolver(layer.Window, layer.DataFormat);
            _kernel = Own(kernel);
            _bias = bias is null ? null : Own(bias);
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            var y = _convolver.Convolve(call.Cast(x), call.Cast(_kernel.Value), _bias is null ? null : call.Cast(_bias.Value));
            return call.Activate(_activation, y);
        }
    }
}
