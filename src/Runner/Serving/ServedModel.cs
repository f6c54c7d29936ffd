using System.Threading.Channels;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Execution;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Serving;

/// <summary>
/// A model that answers requests one after the other, on a thread of its own: all cores work on one, and libtorch keeps one team of
/// threads.
/// </summary>
internal sealed class ServedModel : IDisposable
{
    private const int MostWaiting = 64;
    private readonly NamedModel _model;
    private readonly OnnxModel? _translated;
    private readonly int? _batchSize;
    private readonly Channel<Action> _waiting = Channel.CreateBounded<Action>(MostWaiting);
    private readonly Thread _thread;

    /// <summary>Takes a model over.</summary>
    /// <param name="name">The name that it is asked by.</param>
    /// <param name="model">The model.</param>
    /// <param name="engine">What computes; null is ONNX Runtime where it knows every layer.</param>
    /// <param name="batchSize">How many examples are computed together; null is the usual number.</param>
    /// <exception cref="WrongCommandException">ONNX was asked for, and cannot say the model.</exception>
    internal ServedModel(string name, NamedModel model, PredictionEngine? engine, int? batchSize)
    {
        (Name, _model, _batchSize) = (name, model, batchSize ?? Predictor.GoodBatch(model.Model, engine));
        _translated = Predictor.Translate(model.Model, long.MaxValue, engine);
        _thread = new Thread(Work) { IsBackground = true, Name = "predict" };
        _thread.Start();
    }

    /// <summary>The name that it is asked by.</summary>
    internal string Name { get; }

    /// <summary>Its layers and how they are joined.</summary>
    internal Graph Graph => _model.Model.Graph;

    /// <summary>What is done to raw values before the model sees them.</summary>
    internal AdaptedFile Adapted => _model.Adapted;

    /// <summary>What computes.</summary>
    internal PredictionEngine Engine => _translated is null ? PredictionEngine.Torch : PredictionEngine.Onnx;

    /// <summary>Answers a request; null where too many wait already.</summary>
    /// <param name="body">The request.</param>
    /// <param name="type">What kind of content it says it is.</param>
    /// <param name="stop">Ends the answer: nobody waits for it any more.</param>
    /// <exception cref="RequestException">It asks for what cannot be.</exception>
    internal Task<ReadOnlyMemory<byte>>? TryAnswer(ReadOnlyMemory<byte> body, string? type, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.Writer.TryWrite(Run) ? answer.Task : null;

        void Run()
        {
            try
            {
                stop.ThrowIfCancellationRequested();
                answer.SetResult(Answer(body, type, stop));
            }
            catch (OperationCanceledException)
            {
                answer.SetCanceled(stop);
            }
            catch (Exception problem) when (problem is WrongCommandException or DataException)
            {
                answer.SetException(new RequestException(char.ToUpperInvariant(problem.Message[0]) + problem.Message[1..], problem));
            }
            catch (Exception problem)
            {
                answer.SetException(problem);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _thread.Join();
        _translated?.Dispose();
        _model.Dispose();
    }

    private ReadOnlyMemory<byte> Answer(ReadOnlyMemory<byte> body, string? type, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var json = RequestTable.Is(type) ? null : PredictRequest.Read(body);
        var only = Graph.Inputs is [var single] ? single.Name : null;
        var given = GivenArrays.Of(RequestTable.Name, json?.Arrays(only) ?? RequestTable.Read(body, type!, only));
        var columns = given.InputsOf(_model);
        try
        {
            if (given.Unused.Count > 0)
            {
                throw new RequestException(
                    $"The model has no input '{given.Unused.First()}'. Its inputs are {string.Join(", ", Graph.Inputs.Select(port => $"{port.Name} {port.Spec.Shape}"))}.");
            }

            using var batches = AskingOptions.Batches(Graph, columns, [], [], _batchSize);
            return PredictAnswer.Write(_translated?.Predict(batches, stop: stop) ?? _model.Model.Predict(batches, stop: stop), json?.ByRow ?? true);
        }
        finally
        {
            foreach (var column in columns)
            {
                column.Dispose();
            }
        }
    }

    private void Work()
    {
        while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_waiting.Reader.TryRead(out var run))
            {
                run();
            }
        }
    }
}
