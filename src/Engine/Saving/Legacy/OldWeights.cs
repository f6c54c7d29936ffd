using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;
using ExperimentRunner.Engine.Layers.Recurrent;
using ExperimentRunner.Engine.Saving.Keras;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>Turns weights as old versions kept them into those of today.</summary>
/// <remarks>Source: Keras 2.3, <c>preprocess_weights_for_loading</c>.</remarks>
internal static class OldWeights
{
    /// <summary>The weights of one layer, as many and in the order as the layer has them today.</summary>
    internal static IReadOnlyList<SavedValue> Convert(Layer layer, LayerModule module, IReadOnlyList<SavedValue> stored, ModelOrigin origin) => origin.Generation == 3 ? stored : layer switch
    {
        Functional model => OfModel(model, module, stored, origin),
        Bidirectional both => [
            .. Convert(both.Layer, module.Children[0].Value, [.. stored.Take(stored.Count / 2)], origin),
            .. Convert(both.BackwardLayer ?? both.Layer, module.Children[1].Value, [.. stored.Skip(stored.Count / 2)], origin)],
        TimeDistributed each => Convert(each.Layer, module.Children[0].Value, stored, origin),
        _ => OfLayer(layer, module, stored, origin),
    };

    /// <summary>A model in a model: all that is trained stands first, so each of its layers has its share of both halves.</summary>
    private static List<SavedValue> OfModel(Functional model, LayerModule module, IReadOnlyList<SavedValue> stored, ModelOrigin origin)
    {
        var layers = model.Graph.Layers.Where(layer => layer.Definition is not Layers.Core.Input).Zip(module.Children, (layer, child) => (layer.Definition, Module: child.Value)).ToList();
        var trained = module.AllWeights.Count(weight => weight.Trainable);
        if (stored.Count != module.AllWeights.Count())
        {
            return [.. stored];
        }

        var (first, second) = (new List<SavedValue>(), new List<SavedValue>());
        var (ahead, behind) = (0, trained);
        foreach (var (definition, inner) in layers)
        {
            var own = inner.AllWeights.Count(weight => weight.Trainable);
            var rest = inner.AllWeights.Count() - own;
            var now = Convert(definition, inner, [.. stored.Skip(ahead).Take(own), .. stored.Skip(behind).Take(rest)], origin);
            first.AddRange(now.Take(own));
            second.AddRange(now.Skip(own));
            (ahead, behind) = (ahead + own, behind + rest);
        }

        return [.. first, .. second];
    }

    private static IReadOnlyList<SavedValue> OfLayer(Layer layer, LayerModule module, IReadOnlyList<SavedValue> stored, ModelOrigin origin)
    {
        if (origin.Generation == 1)
        {
            stored = OfKeras1(layer, stored);
        }

        if (layer is Conv1D or Conv2D or Conv3D or Conv2DTranspose or ConvLSTM2D && stored.Count > 0)
        {
            stored = ByTheano(layer, module, stored, origin);
        }

        return stored.Count == 3 && layer is LSTM or GRU ? ByCuDnn(layer, stored) : stored;
    }

    /// <summary>Keras 1: kernels with other axes, and a kernel for each gate.</summary>
    private static IReadOnlyList<SavedValue> OfKeras1(Layer layer, IReadOnlyList<SavedValue> stored) => (layer, stored.Count) switch
    {
        (Conv1D conv, > 0) when stored[0].Shape.Count == 4 => [Flat(conv, stored[0]), .. stored.Skip(1)],
        (Conv2D { DataFormat: Channels.First }, > 0) => [Permuted(stored[0], 2, 3, 1, 0), .. stored.Skip(1)],
        (Conv3D { DataFormat: Channels.First }, > 0) => [Permuted(stored[0], 2, 3, 4, 1, 0), .. stored.Skip(1)],
        (Conv2DTranspose { DataFormat: Channels.First }, > 0) => [Permuted(stored[0], 2, 3, 0, 1), .. stored.Skip(1)],
        (Conv2DTranspose, > 0) => [Permuted(stored[0], 0, 1, 3, 2), .. stored.Skip(1)],
        (GRU, 9) => Gates(stored, 0, 1, 2),
        (LSTM or ConvLSTM2D, 12) => Gates(stored, 0, 2, 1, 3), // input, candidate, forget, output became input, forget, candidate, output
        _ => stored,
    };

    /// <summary>Keras 1.1 and before kept <c>[filters, channels, length, 1]</c>, later ones <c>[length, 1, channels, filters]</c>.</summary>
    private static SavedValue Flat(Conv1D conv, SavedValue kernel)
    {
        var late = kernel.Shape[0] == conv.KernelSize[0] && kernel.Shape[1] == 1 && kernel.Shape[3] == conv.Filters;
        var ordered = late ? kernel : Permuted(kernel, 2, 3, 1, 0);
        return new SavedValue([ordered.Shape[0], ordered.Shape[2], ordered.Shape[3]], kernel.Bytes, () => ordered.Read().squeeze(1));
    }

    private static SavedValue[] Gates(IReadOnlyList<SavedValue> stored, params int[] order) =>
        [.. Enumerable.Range(0, 3).Select(part => Joined([.. order.Select(gate => stored[(3 * gate) + part])]))];

    private static SavedValue Joined(SavedValue[] parts)
    {
        var shape = parts[0].Shape.ToArray();
        shape[^1] = parts.Sum(part => part.Shape[^1]);
        return new SavedValue(shape, parts.Sum(part => part.Bytes), () => cat([.. parts.Select(part => part.Read())], -1));
    }

    private static SavedValue Permuted(SavedValue value, params long[] axes) => value.Shape.Count != axes.Length ? value
        : new SavedValue([.. axes.Select(axis => value.Shape[(int)axis])], value.Bytes, () => value.Read().permute(axes));

    /// <summary>Theano convolves where others correlate, so its kernels stand turned round; some files have the filters first.</summary>
    private static IReadOnlyList<SavedValue> ByTheano(Layer layer, LayerModule module, IReadOnlyList<SavedValue> stored, ModelOrigin origin)
    {
        var kernels = layer is ConvLSTM2D ? 2 : 1;
        var expected = module.AllWeights.Take(kernels).ToList();
        return [.. stored.Select((value, i) =>
        {
            if (i >= kernels)
            {
                return value;
            }

            if (origin.Backend == "theano")
            {
                value = Turned(value);
            }

            return !expected[i].Shape.SequenceEqual(value.Shape) && value.Shape.Count == 4 ? Permuted(value, 3, 2, 0, 1) : value;
        })];
    }

    private static SavedValue Turned(SavedValue kernel) => kernel with
    {
        Read = () => kernel.Read().flip([.. Enumerable.Range(0, kernel.Shape.Count - 2).Select(axis => (long)axis)]),
    };

    /// <summary>A GPU's own layers kept each gate's kernels transposed, and a second bias for the recurrent part.</summary>
    private static IReadOnlyList<SavedValue> ByCuDnn(Layer layer, IReadOnlyList<SavedValue> stored)
    {
        var units = stored[1].Shape[0];
        var gates = layer is LSTM ? 4 : 3;
        if (stored[2].Shape is not [var biases] || biases != 2 * units * gates)
        {
            return stored;
        }

        var kernel = stored[0] with { Read = () => cat([.. stored[0].Read().chunk(gates, 1).Select(FromFortran)], 1) };
        var recurrent = stored[1] with { Read = () => cat([.. stored[1].Read().chunk(gates, 1).Select(gate => gate.t())], 1) };
        var bias = layer is LSTM
            ? new SavedValue([units * gates], stored[2].Bytes, () => stored[2].Read().reshape(2, -1).sum(0))
            : new SavedValue([2, units * gates], stored[2].Bytes, () => stored[2].Read().reshape(2, -1));
        return [kernel, recurrent, bias];
    }

    /// <summary>The numbers of a matrix, read column by column, laid out row by row in the same shape transposed and back.</summary>
    private static Tensor FromFortran(Tensor gate)
    {
        // numpy's gate.T.reshape(gate.shape, order='F')
        var (rows, columns) = (gate.shape[0], gate.shape[1]);
        return gate.contiguous().view(-1).view(columns, rows).t();
    }
}
