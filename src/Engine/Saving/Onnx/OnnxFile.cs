using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using Google.Protobuf;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving.Onnx;

/// <summary>Writes models as ONNX: the graph is declared, so it is said, operator by operator, and nothing is traced.</summary>
/// <remarks>
/// Opset 17, IR version 8. Inputs and outputs have the model's names, shapes (Keras's order of axes) and types; the batch and other open
/// axes stay open. It is the model as it predicts: dropout and the like are gone.
/// Source: ONNX 1.12, <c>onnx.proto</c>.
/// </remarks>
public static class OnnxFile
{
    /// <summary>The set of operators that has dictionaries, which ONNX's own has not.</summary>
    internal const string DictionaryDomain = "ai.onnx.ml";

    private const long IrVersion = 8;
    private const long Opset = 17;
    private const long DictionaryOpset = 3;
    private const long Most = int.MaxValue; // what protobuf allows

    /// <summary>Writes a model into a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="about">What is said of it in the file, by name.</param>
    /// <exception cref="OnnxException">It holds a layer that cannot be said; the message names it.</exception>
    public static void Save(string path, Model model, IReadOnlyDictionary<string, string>? about = null)
    {
        var content = Write(model, about);
        WholeFile.Write(path, file => file.Write(content));
    }

    /// <summary>A model as the bytes of an ONNX file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="about">What is said of it in the file, by name.</param>
    /// <exception cref="OnnxException">It holds a layer that cannot be said; the message names it.</exception>
    public static byte[] Write(Model model, IReadOnlyDictionary<string, string>? about = null)
    {
        using var scope = NewDisposeScope();
        using var still = no_grad();
        if (model.Weights.Sum(weight => weight.Count * weight.Value.ElementSize) > Most)
        {
            throw new OnnxException("The model's weights are more than the 2 GB that an ONNX file can hold.");
        }

        var graph = new OnnxGraph();
        var inputs = model.Graph.Inputs.Select(port => new OnnxValue(port.Name, port.Spec)).ToList();
        var outputs = model.Module.WriteOnnx(graph, inputs, Layers.CallOptions.None);
        foreach (var (port, output) in model.Graph.Outputs.Zip(outputs))
        {
            graph.AddOutput(output.Name, port.Name);
        }

        try
        {
            return ModelBytes(model, graph, outputs, about);
        }
        finally
        {
            foreach (var constant in graph.Constants.Values)
            {
                constant.Dispose();
            }
        }
    }

    private static byte[] ModelBytes(Model model, OnnxGraph graph, IReadOnlyList<OnnxOutput> outputs, IReadOnlyDictionary<string, string>? about) => Message(output =>
    {
        Number(output, 1, IrVersion);
        Text(output, 2, "ExperimentRunner");
        Text(output, 3, typeof(OnnxFile).Assembly.GetName().Version!.ToString(3));
        Part(output, 7, Message(body => WriteGraph(body, model, graph, outputs)));
        Part(output, 8, Message(opset => Number(opset, 2, Opset)));
        if (graph.Nodes.Any(node => node.Domain is not null))
        {
            Part(output, 8, Message(opset =>
            {
                Text(opset, 1, DictionaryDomain);
                Number(opset, 2, DictionaryOpset);
            }));
        }

        foreach (var (key, value) in Facts(model).Concat(about ?? new Dictionary<string, string>()))
        {
            Part(output, 14, Message(entry => WriteEntry(entry, key, value)));
        }
    });

    /// <summary>What every file says of its model.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Facts(Model model) =>
    [
        KeyValuePair.Create("parameters", model.Weights.Sum(weight => weight.Count).ToString(CultureInfo.InvariantCulture)),
        KeyValuePair.Create("weights", WeightDigest.Of(model)),
    ];

    private static void WriteGraph(CodedOutputStream output, Model model, OnnxGraph graph, IReadOnlyList<OnnxOutput> outputs)
    {
        var (nodes, used) = Needed(graph, [.. model.Graph.Outputs.Select(port => port.Name)]);
        foreach (var node in nodes)
        {
            Part(output, 1, Message(body => WriteNode(body, node)));
        }

        Text(output, 2, model.Name);
        foreach (var (name, values) in graph.Constants.Where(constant => used.Contains(constant.Key)))
        {
            Part(output, 5, Message(body => WriteTensor(body, name, values)));
        }

        foreach (var port in model.Graph.Inputs)
        {
            Part(output, 11, Message(body => WritePort(body, port.Name, port.Spec)));
        }

        foreach (var (port, said) in model.Graph.Outputs.Zip(outputs))
        {
            Part(output, 12, Message(body => WritePort(body, port.Name, said.Spec ?? port.Spec)));
        }
    }

    /// <summary>The nodes that lead to an output, and the names that they use.</summary>
    private static (IEnumerable<OnnxNode> Nodes, HashSet<string> Used) Needed(OnnxGraph graph, HashSet<string> used)
    {
        var needed = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance);
        foreach (var node in graph.Nodes.Reverse().Where(node => node.Outputs.Any(used.Contains)))
        {
            needed.Add(node);
            used.UnionWith(node.Inputs);
        }

        return (graph.Nodes.Where(needed.Contains), used);
    }

    private static void WriteNode(CodedOutputStream output, OnnxNode node)
    {
        foreach (var input in node.Inputs)
        {
            Text(output, 1, input);
        }

        foreach (var name in node.Outputs)
        {
            Text(output, 2, name);
        }

        Text(output, 3, node.Name);
        Text(output, 4, node.Operator);
        if (node.Domain is { } domain)
        {
            Text(output, 7, domain);
        }

        foreach (var (name, value) in node.Attributes)
        {
            Part(output, 5, Message(body => WriteAttribute(body, name, value)));
        }
    }

    private static void WriteAttribute(CodedOutputStream output, string name, object value)
    {
        Text(output, 1, name);
        switch (value)
        {
            case float number:
                output.WriteTag(2, WireFormat.WireType.Fixed32);
                output.WriteFloat(number);
                Number(output, 20, 1);
                break;
            case long number:
                Number(output, 3, number);
                Number(output, 20, 2);
                break;
            case string text:
                Text(output, 4, text);
                Number(output, 20, 3);
                break;
            case long[] numbers:
                foreach (var number in numbers)
                {
                    Number(output, 8, number);
                }

                Number(output, 20, 7);
                break;
            case string[] texts:
                foreach (var text in texts)
                {
                    Text(output, 9, text);
                }

                Number(output, 20, 8);
                break;
            case float[] numbers:
                foreach (var number in numbers)
                {
                    output.WriteTag(7, WireFormat.WireType.Fixed32);
                    output.WriteFloat(number);
                }

                Number(output, 20, 6);
                break;
            default:
                throw new InvalidOperationException($"{value.GetType().Name} is no attribute.");
        }
    }

    private static void WriteTensor(CodedOutputStream output, string name, Tensor values)
    {
        foreach (var length in values.shape)
        {
            Number(output, 1, length);
        }

        Number(output, 2, OnnxTypes.Of(DataTypes.FromTorch(values.dtype)));
        Text(output, 8, name);
        output.WriteTag(9, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(values.bytes));
    }

    private static void WritePort(CodedOutputStream output, string name, Spec spec)
    {
        Text(output, 1, name);
        Part(output, 2, Message(type => Part(type, 1, Message(tensor =>
        {
            Number(tensor, 1, OnnxTypes.Of(spec.Type));
            Part(tensor, 2, Message(shape =>
            {
                foreach (var (axis, length) in spec.Shape.Index())
                {
                    Part(shape, 1, Message(dimension =>
                    {
                        if (length is { } known)
                        {
                            Number(dimension, 1, known);
                        }
                        else
                        {
                            Text(dimension, 2, axis == 0 ? "batch" : $"{name}_{axis.ToString(CultureInfo.InvariantCulture)}");
                        }
                    }));
                }
            }));
        }))));
    }

    private static void WriteEntry(CodedOutputStream output, string key, string value)
    {
        Text(output, 1, key);
        Text(output, 2, value);
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory, leaveOpen: true))
        {
            write(output);
        }

        return memory.ToArray();
    }

    private static void Number(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Text(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Part(CodedOutputStream output, int field, byte[] message)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(message));
    }
}
