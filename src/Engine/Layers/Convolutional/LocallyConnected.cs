using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>What LocallyConnected1D and LocallyConnected2D share: everything but the number of axes.</summary>
public abstract record LocallyConnected : ConvolutionalLayer, IChecked
{
    /// <summary>How many channels come out.</summary>
    [AtLeast(1)]
    [OldName("nb_filter")]
    public required int Filters { get; init; }

    /// <summary>What the window sees at the borders; with <c>same</c> it starts half its size before each step.</summary>
    [OldName("border_mode")]
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>Makes the start values of the kernel.</summary>
    [OldName("init")]
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Penalty on the kernel.</summary>
    [OldName("W_regularizer")]
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Rule that the kernel obeys after every step.</summary>
    [OldName("W_constraint")]
    public Constraint? KernelConstraint { get; init; }

    /// <summary>How the kernel is kept: 1 by place, 2 as a whole matrix of which most is not used, 3 as a list of what is used.</summary>
    [Between(1, 3)]
    public int Implementation { get; init; } = 1;

    /// <summary>The window that moves over the input.</summary>
    private protected abstract Window Window { get; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes() => Implementation > 1 || Padding == Padding.Valid ? []
        : [new OptionMistake("padding", "'padding' is 'same' with implementation 1.", "valid, or implementation 2 or 3")];

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input)
    {
        NeedChannels(input.NeedExactRank(Window.Rank + 2));
        for (var axis = 0; axis < Window.Rank; axis++)
        {
            input.NeedAxis(axis + Space.FirstAxis(DataFormat), "the length of each axis");
        }

        return new Spec(Activation.OutputShape(Window.Over(input, DataFormat, Filters)));
    }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var output = Window.Over(input, DataFormat, Filters).Skip(1).Select(length => length!.Value).ToArray();
        var map = new LocalMap(Window, DataFormat, [.. input.Shape.Skip(1).Select(length => length!.Value)], output);
        long[] shape = Implementation switch
        {
            1 => [map.Places, map.Patch, Filters],
            2 => [.. map.Input, .. map.Output],
            _ => [map.Patches.Sum(patch => patch.LongLength) * Filters],
        };
        var kernel = context.Weight("kernel", shape, KernelInitializer, KernelRegularizer, KernelConstraint);
        return new Module(this, map, kernel, Bias([.. map.OutputSpace, Filters], context));
    }

    private sealed class Module(LocallyConnected layer, LocalMap map, Weight kernel, Weight? bias) : ConvolutionalModule(layer, [kernel], bias)
    {
        private readonly Lazy<long[]> _patches = new(() => [.. map.Patches.SelectMany(patch => patch)]);
        private readonly Lazy<long[]> _used = new(() => map.Used);

        protected override Tensor Convolve(Tensor x, Tensor[] kernels, Tensor? bias)
        {
            var flat = x.reshape(x.shape[0], -1);
            var y = layer.Implementation == 1 ? ByPlace(flat, kernels[0]) : flat.matmul(Matrix(kernels[0])).reshape([-1, .. map.Output]);
            return bias is null ? y : y + (layer.DataFormat is Channels.First ? bias.movedim([-1], [0]) : bias);
        }

        private protected override string ConvolveOnnx(OnnxGraph onnx, OnnxValue x, Weight[] kernels, Weight? bias)
        {
            var flat = onnx.Reshape(x.Name, 0, -1);
            var y = layer.Implementation == 1
                ? WriteByPlace(onnx, flat, kernels[0])
                : OnnxSpace.In(onnx, onnx.Reshape(onnx.Add("MatMul", [flat, onnx.Constant(kernels[0].Path, Matrix(kernels[0].Value))]), [0, .. map.Output]), layer.DataFormat, map.OutputSpace.Length);
            return bias is null ? y : onnx.Plus(y, onnx.Constant(bias.Path, bias.Value.movedim([-1], [0])));
        }

        private string WriteByPlace(OnnxGraph onnx, string flat, Weight kernel)
        {
            var patches = onnx.Add("Gather", [flat, onnx.Fixed("patches", tensor(_patches.Value, [map.Places, map.Patch]))], ("axis", 1L)); // [batch, places, patch]
            var y = onnx.Add("MatMul", [onnx.Turn(patches, 1, 0, 2), onnx.Weight(kernel)]); // [places, batch, filters]
            return onnx.Reshape(onnx.Turn(y, 1, 2, 0), [0, layer.Filters, .. map.OutputSpace]);
        }

        private Tensor ByPlace(Tensor flat, Tensor kernel)
        {
            var patches = flat.index_select(1, tensor(_patches.Value)).reshape(-1, map.Places, map.Patch); // [batch, places, patch]
            var y = patches.transpose(0, 1).bmm(kernel).transpose(0, 1).reshape([-1, .. map.OutputSpace, layer.Filters]);
            return (layer.DataFormat is Channels.First ? y.movedim([-1], [1]) : y).contiguous();
        }

        /// <summary>The kernel as a matrix from all inputs to all outputs, zero where they are not joined.</summary>
        private Tensor Matrix(Tensor kernel)
        {
            var (inputs, outputs) = (map.Input.Aggregate((a, b) => a * b), map.Output.Aggregate((a, b) => a * b));
            var used = tensor(_used.Value);
            var values = layer.Implementation == 3 ? kernel : kernel.reshape(inputs, outputs).t().reshape(-1).index_select(0, used);
            return zeros(inputs * outputs, dtype: kernel.dtype).scatter(0, used, values).reshape(outputs, inputs).t();
        }
    }
}
