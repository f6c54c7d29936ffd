using System.Numerics;
using System.Runtime.InteropServices;
using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Models;

/// <summary>
/// Dense layers one after the other, of so few values that a call of libtorch costs more than the sums it does: training steps compute them
/// here, forwards and backwards. The last activation and the loss are left to libtorch.
/// </summary>
internal sealed class SmallDenseChain : IDisposable
{
    private const long Most = 1 << 16; // products of a batch: above, libtorch's threads are the faster

    private readonly Link[] _links;
    private readonly float[]?[] _values; // what came out of each link but the last, one example after the other
    private readonly long _products;
    private readonly Tensor _gradients; // of all weights, side by side
    private readonly Tensor[] _each;
    private Tensor? _input;
    private Tensor? _last;

    private SmallDenseChain(Link[] links)
    {
        _links = links;
        _values = new float[links.Length][];
        _products = links.Sum(link => (long)link.Inputs * link.Units);
        using var scope = NewDisposeScope();
        var weights = links.SelectMany(link => link.Weights).ToList();
        _gradients = zeros(weights.Sum(weight => weight.Count)).DetachFromDisposeScope();
        var start = 0L;
        _each = [.. weights.Select(weight => _gradients.narrow(0, (start += weight.Count) - weight.Count, weight.Count).view([.. weight.Shape]).DetachFromDisposeScope())];
    }

    /// <summary>What the last layer computed before its activation: what a gradient is asked of.</summary>
    internal Tensor Last => _last!;

    /// <summary>The chain that a model is; null where it is something else, or holds more than dense layers with plain activations.</summary>
    /// <param name="model">The model.</param>
    /// <param name="trained">The weights that are trained: they must be all there are, with no penalty on any.</param>
    internal static SmallDenseChain? Of(Model model, IReadOnlyList<Weight> trained)
    {
        var nodes = model.Graph.Nodes.Where(node => node.Layer.Definition is not Input).ToList();
        var isChain = model.Graph.IsSequential && nodes.Count > 0 && model.Compute == ScalarType.Float32
            && nodes.Zip(nodes.Skip(1)).All(pair => pair.Second.Inputs is [{ Node: var before }] && before == pair.First)
            && nodes.Select(node => node.Layer).Distinct().Count() == nodes.Count
            && nodes.TrueForAll(node => IsPlain(node, node == nodes[^1]))
            && trained.Count == model.Weights.Count && trained.All(weight => weight.Regularizer is null)
            && trained.Sum(weight => weight.Count) <= Most; // else no batch is small enough, and room for gradients would be held for nothing
        var children = model.Module.Children.ToDictionary(StringComparer.Ordinal);
        return isChain ? new SmallDenseChain([.. nodes.Select(node => new Link((Dense)node.Layer.Definition, [.. children[node.Layer.Name].AllWeights]))]) : null;
    }

    /// <summary>Whether a batch is so small that it should go through here.</summary>
    internal bool Takes(ModelBatch batch) => batch.Size * _products <= Most && batch.Inputs[0] is { dtype: ScalarType.Float32 } x && x.is_contiguous();

    /// <summary>Computes a batch's predictions.</summary>
    internal IReadOnlyList<Tensor> Forward(Tensor input, Call call)
    {
        var examples = (int)input.shape[0];
        _input = input;
        _last = empty(examples, _links[^1].Units);
        var x = Values(input);
        for (var i = 0; i < _links.Length; i++)
        {
            var y = i == _links.Length - 1 ? Values(_last) : Room(i, examples);
            _links[i].Forward(x, y, examples);
            if (i < _links.Length - 1)
            {
                _links[i].Activate(y);
            }

            x = y;
        }

        return [call.Activate(_links[^1].Activation, _last.requires_grad_())];
    }

    /// <summary>The gradients of the weights, in their order, until the next are asked for.</summary>
    /// <param name="gradient">The gradient of <see cref="Last"/>.</param>
    internal Tensor[] Backward(Tensor gradient)
    {
        var examples = (int)gradient.shape[0];
        using var given = gradient.contiguous();
        var above = Values(given);
        var gradients = Values(_gradients);
        gradients.Clear();
        for (var i = _links.Length - 1; i >= 0; i--)
        {
            var link = _links[i];
            var x = i == 0 ? Values(_input!) : Room(i - 1, examples);
            link.Backward(x, above, gradients[^link.Count..], examples);
            gradients = gradients[..^link.Count];
            if (i > 0)
            {
                Span<float> below = new float[x.Length];
                link.BackwardToInput(above, below, examples);
                _links[i - 1].ActivateBackwards(x, below);
                above = below;
            }
        }

        return _each;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_each, gradient => gradient.Dispose());
        _gradients.Dispose();
    }

    private static bool IsPlain(GraphNode node, bool isLast) =>
        node.Layer.Definition is Dense { ActivityRegularizer: null } dense
        && node.Options == CallOptions.None && node.Masks.All(mask => mask is null)
        && node.Inputs is [var input] && input.Spec.Rank == 2
        && (isLast || dense.Activation is Linear or Sigmoid or Tanh or Relu { NegativeSlope: 0, MaxValue: null, Threshold: 0 });

    private static Span<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>What comes out of a link that is not the last.</summary>
    private Span<float> Room(int link, int examples)
    {
        var length = examples * _links[link].Units;
        if (_values[link] is not { } room || room.Length < length)
        {
            _values[link] = room = new float[length];
        }

        return room.AsSpan(0, length);
    }

    /// <summary>One layer. Each row of its kernel holds the weights of one input.</summary>
    private sealed class Link(Dense layer, Weight[] weights)
    {
        internal int Inputs { get; } = (int)weights[0].Shape[0];

        internal int Units { get; } = layer.Units;

        internal Activation Activation => layer.Activation;

        internal IReadOnlyList<Weight> Weights => weights;

        /// <summary>How many values its weights have.</summary>
        internal int Count => (Inputs + (HasBias ? 1 : 0)) * Units;

        private bool HasBias => weights.Length > 1;

        /// <summary>The output of each example, before the activation.</summary>
        internal void Forward(ReadOnlySpan<float> x, Span<float> y, int examples)
        {
            var kernel = Values(weights[0].Value);
            var bias = HasBias ? Values(weights[1].Value) : [];
            for (var example = 0; example < examples; example++)
            {
                var sums = y.Slice(example * Units, Units);
                sums.Clear();
                bias.CopyTo(sums);
                for (var i = 0; i < Inputs; i++)
                {
                    AddTimes(sums, kernel.Slice(i * Units, Units), x[(example * Inputs) + i]);
                }
            }
        }

        /// <summary>Applies the activation in place.</summary>
        internal void Activate(Span<float> y)
        {
            for (var i = 0; i < y.Length && Activation is not Linear; i++)
            {
                y[i] = Activation switch
                {
                    Relu => y[i] < 0 ? 0 : y[i], // what is no number stays so
                    Sigmoid => 1 / (1 + MathF.Exp(-y[i])),
                    _ => MathF.Tanh(y[i]),
                };
            }
        }

        /// <summary>Makes the gradient of what came out into that of what went into the activation.</summary>
        internal void ActivateBackwards(ReadOnlySpan<float> y, Span<float> gradient)
        {
            for (var i = 0; i < y.Length && Activation is not Linear; i++)
            {
                gradient[i] *= Activation switch
                {
                    Relu => y[i] <= 0 ? 0 : 1,
                    Sigmoid => y[i] * (1 - y[i]),
                    _ => 1 - (y[i] * y[i]),
                };
            }
        }

        /// <summary>Adds the gradients of the kernel and the bias, which follows it.</summary>
        internal void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, Span<float> sums, int examples)
        {
            for (var example = 0; example < examples; example++)
            {
                var one = gradient.Slice(example * Units, Units);
                for (var i = 0; i < Inputs; i++)
                {
                    AddTimes(sums.Slice(i * Units, Units), one, x[(example * Inputs) + i]);
                }

                if (HasBias)
                {
                    AddTimes(sums[(Inputs * Units)..], one, 1);
                }
            }
        }

        /// <summary>The gradient of what went in.</summary>
        internal void BackwardToInput(ReadOnlySpan<float> gradient, Span<float> below, int examples)
        {
            var kernel = Values(weights[0].Value);
            for (var example = 0; example < examples; example++)
            {
                for (var i = 0; i < Inputs; i++)
                {
                    below[(example * Inputs) + i] = Product(gradient.Slice(example * Units, Units), kernel.Slice(i * Units, Units));
                }
            }
        }

        private static void AddTimes(Span<float> sums, ReadOnlySpan<float> values, float factor)
        {
            var i = 0;
            for (var many = new Vector<float>(factor); i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                (new Vector<float>(sums[i..]) + (new Vector<float>(values[i..]) * many)).CopyTo(sums[i..]);
            }

            for (; i < sums.Length; i++)
            {
                sums[i] += values[i] * factor;
            }
        }

        private static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            var (sum, many, i) = (0f, Vector<float>.Zero, 0);
            for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                many += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
            }

            for (; i < a.Length; i++)
            {
                sum += a[i] * b[i];
            }

            return sum + Vector.Sum(many);
        }
    }
}
