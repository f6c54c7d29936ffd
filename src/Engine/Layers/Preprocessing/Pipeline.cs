using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Several layers in a row, as one.</summary>
/// <remarks>
/// Shape: what the last layer makes of what the others make.
/// Weights: those of its layers.
/// Errors: a layer that learns from data must be given what it would learn.
/// Source: Keras 3, <c>keras.layers.Pipeline</c>.
/// </remarks>
/// <example>Pipeline: { layers: [Rescaling: { scale: 1/255 }, Flatten] }</example>
[KerasName("Pipeline")]
public sealed record Pipeline : UnaryLayer, ITakesText, IChecked
{
    /// <summary>The layers, the first to be called first.</summary>
    public required IReadOnlyList<Layer> Layers { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Makes;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (Layers.Count == 0)
        {
            yield return new OptionMistake("layers", "The pipeline has no layers.", "a list of at least one layer");
        }

        foreach (var layer in Layers.Where(layer => layer is IHasVocabulary { NeedsData: true } or Discretization { NeedsData: true }))
        {
            yield return new OptionMistake("layers", $"{Catalog.NameOf(layer.GetType())} learns from data, which a layer in a pipeline is not shown.", "a layer that is given what it would learn");
        }
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => Specs(input)[^1];

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new Module(Layers, Specs(input), context);

    /// <summary>What goes into each layer, and last what comes out.</summary>
    private List<Spec> Specs(Spec input)
    {
        var specs = new List<Spec> { input };
        foreach (var layer in Layers)
        {
            try
            {
                TextRule.Check(layer, [specs[^1]]);
                specs.Add(layer.Infer([specs[^1]], CallOptions.None)[0]);
            }
            catch (ShapeException misfit)
            {
                throw new ShapeException($"has a layer that does not fit: {Catalog.NameOf(layer.GetType())} {misfit.Message}");
            }
        }

        return specs;
    }

    private sealed class Module : UnaryModule
    {
        private readonly List<(LayerModule Module, MaskRule Rule, string Name)> _parts = [];
        private IReadOnlyList<Tensor?> _masks = [null];

        internal Module(IReadOnlyList<Layer> layers, List<Spec> specs, BuildContext context)
        {
            var names = new GraphBuilder();
            for (var i = 0; i < layers.Count; i++)
            {
                var name = names.FreeName(Catalog.NameOf(layers[i].GetType()));
                _parts.Add((Own($"_pipeline_layers/{name}", layers[i].Build([specs[i]], context.In(name))), layers[i].Masks, name));
            }
        }

        public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount) => _masks;

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var place = onnx.Place;
            foreach (var (module, rule, name) in _parts)
            {
                onnx.Place = $"{place}/{name}";
                x = x.Through(module, rule, module.WriteOnnx(onnx, [x], CallOptions.None)[0]);
            }

            onnx.Place = place;
            return new OnnxOutput(x.Name, x.Mask, x.Spec);
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            foreach (var (module, rule, name) in _parts)
            {
                IReadOnlyList<Tensor> inputs = [x];
                IReadOnlyList<Tensor?> masks = [mask];
                x = call.CallPart(module, name, inputs, masks)[0];
                mask = rule switch
                {
                    MaskRule.Passes => mask,
                    MaskRule.Makes => module.OutputMasks(inputs, masks, 1)[0],
                    _ => null,
                };
            }

            _masks = [mask];
            return x;
        }
    }
}
