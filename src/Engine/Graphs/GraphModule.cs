using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Layers.Pooling;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Graphs;

/// <summary>A graph made of tensors: calls its layers in order.</summary>
public sealed class GraphModule : LayerModule
{
    private readonly Step[] _steps;
    private readonly (int Slot, int Index)[] _outputs;
    private readonly int _inputCount;

    /// <summary>Builds every layer of a graph once.</summary>
    public GraphModule(Graph graph, BuildContext context)
    {
        var modules = new Dictionary<GraphLayer, LayerModule>();
        foreach (var layer in graph.Layers.Where(layer => layer.Definition is not Input))
        {
            modules[layer] = Own(layer.Name, layer.Definition.Build(layer.BuiltFor, context.In(layer.Name).For(layer.BuiltWith)));
        }

        var slots = new Dictionary<GraphNode, int>();
        foreach (var port in graph.Inputs)
        {
            slots[port.Tensor.Node] = slots.Count;
        }

        _inputCount = slots.Count;
        var steps = new List<Step>();
        foreach (var node in graph.Nodes.Where(node => !slots.ContainsKey(node)))
        {
            slots[node] = slots.Count;
            steps.Add(new Step(
                modules[node.Layer],
                node.Layer.Definition.Masks,
                [.. node.Inputs.Select(input => (slots[input.Node], input.Index))],
                [.. node.Masks.Select(mask => mask is { } given ? (slots[given.Node], given.Index) : ((int, int)?)null)],
                node.Options,
                (long)default(RandomKey).Derive($"{context.Path}/{node.Name}").Value,
                node.Outputs.Count,
                modules[node.Layer].CanLeaveRest ? MaxPoolingOf(node, graph) : null));
        }

        _steps = [.. steps];
        _outputs = [.. graph.Outputs.Select(port => (slots[port.Tensor.Node], port.Tensor.Index))];
        LastOutputMasks = new Tensor?[_outputs.Length];
    }

    /// <summary>The masks of the outputs of the last call.</summary>
    public IReadOnlyList<Tensor?> LastOutputMasks { get; private set; }

    /// <summary>Takes over the weights of the layers of another graph that have the same names.</summary>
    /// <param name="other">The other, with all layers of this graph and perhaps more.</param>
    public void Assign(GraphModule other)
    {
        var theirs = other.Children.ToDictionary(StringComparer.Ordinal);
        foreach (var (mine, from) in Children.SelectMany(child => child.Value.AllWeights.Zip(theirs[child.Key].AllWeights)))
        {
            mine.Assign(from.Value);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount) => LastOutputMasks;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
    {
        var (options, node) = (call.Options, call.Node);
        var values = new IReadOnlyList<Tensor>[_inputCount + _steps.Length];
        var known = new IReadOnlyList<Tensor?>[values.Length];
        for (var i = 0; i < _inputCount; i++)
        {
            values[i] = [inputs[i]];
            known[i] = [masks[i]];
        }

        for (var i = 0; i < _steps.Length; i++)
        {
            var step = _steps[i];
            var given = Array.ConvertAll(step.Inputs, input => values[input.Slot][input.Index]);
            var givenMasks = Array.ConvertAll(step.Inputs, input => known[input.Slot][input.Index]);
            for (var m = 0; m < step.Masks.Length; m++)
            {
                givenMasks[m] = step.Masks[m] is (var slot, var index) ? values[slot][index] : givenMasks[m];
            }

            call.Options = step.Options.Training is null && options.Training is not null ? step.Options with { Training = options.Training } : step.Options;
            call.Node = node ^ step.Key;
            call.LeavesTo = call.Seen is null ? step.LeavesTo : null;
            values[_inputCount + i] = step.Module.Call(given, givenMasks, call);
            call.Seen?.Invoke(step.Module.Name ?? "", values[_inputCount + i]);
            known[_inputCount + i] = step.Rule switch
            {
                MaskRule.Passes => [givenMasks[0]],
                MaskRule.Makes => step.Module.OutputMasks(given, givenMasks, step.OutputCount),
                _ => step.NoMasks,
            };
        }

        (call.Options, call.Node) = (options, node);
        LastOutputMasks = Array.ConvertAll(_outputs, output => known[output.Slot][output.Index]);
        return Array.ConvertAll(_outputs, output => values[output.Slot][output.Index]);
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options)
    {
        var place = onnx.Place;
        var values = new IReadOnlyList<OnnxValue>[_inputCount + _steps.Length];
        for (var i = 0; i < _inputCount; i++)
        {
            values[i] = [inputs[i]];
        }

        for (var i = 0; i < _steps.Length; i++)
        {
            var step = _steps[i];
            var given = Array.ConvertAll(step.Inputs, input => values[input.Slot][input.Index]);
            onnx.Place = place.Length == 0 ? step.Module.Name! : $"{place}/{step.Module.Name}";
            for (var m = 0; m < step.Masks.Length; m++)
            {
                given[m] = step.Masks[m] is (var slot, var index) ? given[m] with { Mask = onnx.Cast(values[slot][index].Name, DataType.Bool) } : given[m];
            }

            var specs = SpecsOf(onnx, step, given);
            var outputs = step.Module.WriteOnnx(onnx, given, step.Options);
            values[_inputCount + i] = [.. outputs.Zip(specs, (output, spec) => output.Of(spec, step.Rule, given[0].Mask))];
        }

        onnx.Place = place;
        return [.. _outputs.Select(output => values[output.Slot][output.Index]).Select(value => new OnnxOutput(value.Name, value.Mask, value.Spec))];
    }

    /// <summary>What a layer declares of its outputs; its inputs may be of another size than it was built for.</summary>
    private static IReadOnlyList<Spec> SpecsOf(OnnxGraph onnx, Step step, OnnxValue[] given)
    {
        try
        {
            return step.Module.Definition!.Infer([.. given.Select(value => value.Spec)], step.Options);
        }
        catch (ShapeException misfit)
        {
            throw onnx.Refuse($"it {misfit.Message}");
        }
    }

    /// <summary>The window of the max pooling of the same format that alone takes a convolution's output.</summary>
    private static Window? MaxPoolingOf(GraphNode node, Graph graph) =>
        graph.Nodes.Where(other => other.Inputs.Any(input => input.Node == node) || other.Masks.Any(mask => mask?.Node == node)).ToList() is
            [{ Layer.Definition: MaxPooling pooling }]
        && pooling.DataFormat == (node.Layer.Definition as SpatialLayer)?.DataFormat
        && graph.Outputs.All(port => port.Tensor.Node != node) ? pooling.Moved : null;

    private sealed record Step(
        LayerModule Module, MaskRule Rule, (int Slot, int Index)[] Inputs, (int Slot, int Index)?[] Masks, CallOptions Options, long Key, int OutputCount, Window? LeavesTo)
    {
        internal Tensor?[] NoMasks { get; } = new Tensor?[OutputCount];
    }
}
