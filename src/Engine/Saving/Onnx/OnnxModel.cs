using System.Runtime.InteropServices;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;
using ElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace ExperimentRunner.Engine.Saving.Onnx;

/// <summary>A model as ONNX Runtime computes it: to predict, faster than layer by layer. Its weights are those of the moment it was made.</summary>
public sealed class OnnxModel : IDisposable
{
    /// <summary>How many examples are best computed together: few enough that what stands between two operators stays near.</summary>
    public const int GoodBatch = 32;

    private readonly InferenceSession _session;
    private readonly Graph _graph;
    private readonly RunOptions _options = new();
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    /// <summary>Translates a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <exception cref="OnnxException">It holds a layer that ONNX cannot say.</exception>
    public OnnxModel(Model model, int threads)
    {
        _graph = model.Graph;
        _inputs = [.. _graph.Inputs.Select(port => port.Name)];
        _outputs = [.. _graph.Outputs.Select(port => port.Name)];
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"); // threads that wait leave the processor to others
        try
        {
            _session = new InferenceSession(OnnxFile.Write(model), options);
        }
        catch (OnnxRuntimeException problem)
        {
            throw new OnnxException($"ONNX Runtime does not take the model: {problem.Message}");
        }
    }

    /// <summary>Computes the outputs, in the order of the model's.</summary>
    public IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs)
    {
        using var scope = NewDisposeScope();
        var given = inputs.Zip(_graph.Inputs, (input, port) => (port.Spec.Type, Values: (port.Spec.Type == DataType.String ? input : input.to_type(port.Spec.Type.ToTorch())).contiguous())).ToList();
        var values = given.ConvertAll(input => input.Type == DataType.String ? TextOf(input.Values) : ValueOf(input.Values));
        try
        {
            using var results = _session.Run(_options, _inputs, values, _outputs);
            return [.. results.Select(result => TensorOf(result).MoveToOuterDisposeScope())];
        }
        catch (OnnxRuntimeException problem)
        {
            throw new InvalidOperationException($"ONNX Runtime cannot compute the model: {problem.Message}");
        }
        finally
        {
            values.ForEach(value => value.Dispose());
            GC.KeepAlive(given);
        }
    }

    /// <summary>The predictions for every example, by the names of the outputs.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="each">Is told after each batch how many are done.</param>
    /// <param name="stop">Ends the prediction.</param>
    public IReadOnlyDictionary<string, Tensor> Predict(IBatchSource batches, Action<long>? each = null, CancellationToken stop = default) =>
        Model.Predict(_graph, batches, Call, each, stop);

    /// <summary>Predicts, and hands out what comes out of each batch; it is held no longer.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="take">Takes the outputs of a batch, in the model's order; they are let go afterwards.</param>
    /// <param name="stop">Ends the prediction.</param>
    public void Predict(IBatchSource batches, Action<IReadOnlyList<Tensor>> take, CancellationToken stop = default) =>
        Model.Predict(_graph, batches, Call, take, stop);

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private static unsafe OrtValue ValueOf(Tensor values)
    {
        var bytes = values.bytes;
        fixed (byte* start = bytes)
        {
            return OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TypeOf(values.dtype), values.shape, (nint)start, bytes.Length);
        }
    }

    private static OrtValue TextOf(Tensor values)
    {
        var text = TextTensor.Decode(values);
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [.. text.Shape]);
        foreach (var (place, one) in text.Values.Index())
        {
            value.StringTensorSetElementAt(one, place);
        }

        return value;
    }

    private static Tensor TensorOf(OrtValue value)
    {
        var about = value.GetTensorTypeAndShape();
        if (about.ElementDataType == ElementType.String)
        {
            return TextTensor.Encode(new TextArray(value.GetStringTensorAsArray(), about.Shape));
        }

        var values = empty(about.Shape, ScalarOf(about.ElementDataType));
        value.GetTensorDataAsSpan<byte>().CopyTo(values.bytes);
        return values;
    }

    private static ElementType TypeOf(ScalarType type) => (ElementType)OnnxTypes.Of(DataTypes.FromTorch(type));

    private static ScalarType ScalarOf(ElementType type) => Enum.GetValues<DataType>()
        .First(known => known != DataType.String && OnnxTypes.Of(known) == (int)type).ToTorch();
}
