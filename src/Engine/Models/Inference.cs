using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers.Convolutional;
using TorchSharp;

namespace ExperimentRunner.Engine.Models;

/// <summary>How a model is best asked for predictions.</summary>
public static class Inference
{
    private const int Fewest = 32;
    private const int Most = 128;
    private const long Near = 16 << 20; // bytes that the processor's caches hold

    /// <summary>
    /// Whether its layers are faster than ONNX Runtime: most products of its convolutions are saved by Winograd's way, which that does not know.
    /// </summary>
    public static bool LayersAreFaster(Model model)
    {
        var (saved, all) = (0L, 0L);
        foreach (var node in model.Graph.Nodes.Where(node => node.Layer.Definition is ConvolutionalLayer))
        {
            if (model.Compute != torch.ScalarType.Float32 || (node.Layer.Definition as Convolution)?.Cost(node.Inputs[0].Spec, Fewest) is not { } cost)
            {
                return false;
            }

            all += cost.Products;
            saved += cost.Winograd is null ? 0 : cost.Products;
        }

        return saved > all / 2;
    }

    /// <summary>How many examples its layers best compute together: more cost less each, as long as what stands between two layers stays near.</summary>
    public static int GoodBatch(Graph graph)
    {
        var largest = graph.Nodes.SelectMany(node => node.Outputs).Max(output => output.Shape.Skip(1).Aggregate(4L, (bytes, length) => bytes * (length ?? 1)));
        return (int)Math.Clamp(Near / largest, Fewest, Most);
    }
}
