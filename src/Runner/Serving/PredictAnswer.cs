using System.Buffers;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Serving;

/// <summary>Predictions as TensorFlow Serving writes them: <c>predictions</c>, an element for each example, or <c>outputs</c>.</summary>
internal static class PredictAnswer
{
    /// <summary>The answer as JSON. An output's name is left out where there is one output.</summary>
    /// <param name="outputs">The predictions by the names of the outputs.</param>
    /// <param name="byRow">Whether each example is an element.</param>
    internal static ReadOnlyMemory<byte> Write(IReadOnlyDictionary<string, Tensor> outputs, bool byRow)
    {
        using var scope = NewDisposeScope();
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            var written = outputs.Select(output => new Numbers(output.Key, output.Value)).ToList();
            json.WriteStartObject();
            json.WritePropertyName(byRow ? "predictions" : "outputs");
            if (byRow)
            {
                WriteRows(json, written);
            }
            else if (written is [var single])
            {
                single.Write(json, 0);
            }
            else
            {
                WriteNamed(json, written, output => output.Write(json, 0));
            }

            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }

    private static void WriteRows(Utf8JsonWriter json, List<Numbers> outputs)
    {
        json.WriteStartArray();
        for (var row = 0L; row < outputs[0].Rows; row++)
        {
            if (outputs is [var single])
            {
                single.Write(json, 1);
            }
            else
            {
                WriteNamed(json, outputs, output => output.Write(json, 1));
            }
        }

        json.WriteEndArray();
    }

    private static void WriteNamed(Utf8JsonWriter json, List<Numbers> outputs, Action<Numbers> write)
    {
        json.WriteStartObject();
        foreach (var output in outputs)
        {
            json.WritePropertyName(output.Name);
            write(output);
        }

        json.WriteEndObject();
    }

    /// <summary>The numbers of an output, written one after the other.</summary>
    private sealed class Numbers
    {
        private readonly long[] _shape;
        private readonly long[]? _whole;
        private readonly float[]? _single;
        private readonly double[]? _double;
        private long _next;

        internal Numbers(string name, Tensor values)
        {
            (Name, _shape) = (name, values.shape);
            switch (values.dtype)
            {
                case ScalarType.Float64:
                    _double = values.contiguous().data<double>().ToArray();
                    break;
                case ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16:
                    _single = values.to_type(ScalarType.Float32).contiguous().data<float>().ToArray();
                    break;
                default:
                    _whole = values.to_type(ScalarType.Int64).contiguous().data<long>().ToArray();
                    break;
            }
        }

        internal string Name { get; }

        internal long Rows => _shape[0];

        /// <summary>Writes the next numbers, as many as the axes from this one on have.</summary>
        internal void Write(Utf8JsonWriter json, int axis)
        {
            if (axis == _shape.Length)
            {
                WriteNext(json);
                return;
            }

            json.WriteStartArray();
            for (var i = 0L; i < _shape[axis]; i++)
            {
                Write(json, axis + 1);
            }

            json.WriteEndArray();
        }

        private void WriteNext(Utf8JsonWriter json)
        {
            var at = _next++;
            if (_whole is not null)
            {
                json.WriteNumberValue(_whole[at]);
            }
            else if (_single is not null && float.IsFinite(_single[at]))
            {
                json.WriteNumberValue(_single[at]);
            }
            else if (_double is not null && double.IsFinite(_double[at]))
            {
                json.WriteNumberValue(_double[at]);
            }
            else
            {
                json.WriteStringValue((_single?[at] ?? _double![at]) switch { double.NaN => "NaN", > 0 => "Infinity", _ => "-Infinity" });
            }
        }
    }
}
