using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Normalization;

/// <summary>
/// Keeps the greatest singular value of a layer's kernel near 1: in training, before each call, the kernel is divided by an estimate
/// of it.
/// </summary>
/// <remarks>
/// Shape: what the layer makes of its input. Of whole numbers Keras makes whole numbers: what an Embedding puts out loses its fraction.
/// Weights: the layer's <c>kernel</c>, and <c>vector_u [1, kernel's last axis]</c>, the estimate's state, which is not learned; then
/// the layer's others. Keras's files hold the kernel twice, here and with the layer.
/// Errors: a layer without <c>kernel</c> or <c>embeddings</c>.
/// Source: Keras 3, <c>keras.layers.SpectralNormalization</c>; Miyato et al. (2018).
/// </remarks>
/// <example>SpectralNormalization: { layer: { Dense: { units: 8 } } }</example>
[KerasName("SpectralNormalization")]
public sealed record SpectralNormalization : Layer
{
    /// <summary>The layer whose kernel is kept small.</summary>
    public required Layer Layer { get; init; }

    /// <summary>How many steps the estimate is improved by at each call.</summary>
    [AtLeast(1)]
    public int PowerIterations { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call) => Layer.Infer(inputs, call);

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context)
    {
        var layer = Layer.Build(inputs, context.In(Layer.Name ?? LayerNames.FromClass(Catalog.NameOf(Layer.GetType()))));
        var kernel = layer.Weights.FirstOrDefault(weight => weight.Name is "kernel" or "embeddings")
            ?? throw new ShapeException($"expected a layer with a kernel, but {Catalog.NameOf(Layer.GetType())} has none");
        var state = context.Weight("vector_u", [1, kernel.Shape[^1]], new TruncatedNormal { Stddev = 0.02 }, learned: false);
        return new Module(layer, kernel, state, PowerIterations);
    }

    private sealed class Module : LayerModule
    {
        private readonly LayerModule _layer;
        private readonly Weight _kernel;
        private readonly Weight _state;
        private readonly int _iterations;

        internal Module(LayerModule layer, Weight kernel, Weight state, int iterations)
        {
            _iterations = iterations;
            _kernel = Own(kernel);
            _state = Own(state);
            _layer = Own("layer", layer);
        }

        public override IEnumerable<Weight> AllWeights => base.AllWeights.Distinct();

        /// <summary>Keras's layer holds the inner layer's kernel too, so its files have it twice.</summary>
        internal override IEnumerable<Weight> SavedVariables => [_kernel, _state];

        internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options) => _layer.WriteOnnx(onnx, inputs, options);

        protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
        {
            if (call.Training)
            {
                Normalize();
            }

            var outputs = call.CallPart(_layer, "layer", inputs, masks);
            return inputs[0].is_floating_point() ? outputs : [.. outputs.Select(output => output.trunc())];
        }

        private void Normalize()
        {
            using var _ = no_grad();
            var rows = _kernel.Value.reshape(-1, _kernel.Shape[^1]); // [everything else, out]
            var (u, v) = (_state.Value, rows);
            for (var i = 0; i < _iterations; i++)
            {
                v = Unit.Length(u.matmul(rows.t()), [0, 1]); // [1, everything else]
                u = Unit.Length(v.matmul(rows), [0, 1]); // [1, out]
            }

            var greatest = v.matmul(rows).matmul(u.t()); // [1, 1]
            if (greatest.item<float>() != 0) // a kernel of zeros stays
            {
                _state.Assign(u);
                _kernel.Assign((rows / greatest).view(_kernel.Value.shape));
            }
        }
    }
}
