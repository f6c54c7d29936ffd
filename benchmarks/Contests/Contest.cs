using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Inputs;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks.Contests;

/// <summary>A network trained by an experiment's loop, and the same network as TorchSharp's examples write it. Both on the same data.</summary>
internal abstract class Contest : IDisposable
{
    private readonly ByHand _theirs;
    private readonly Tensor _x;
    private readonly Tensor _y;
    private long _start;

    private protected Contest(Estimator ours, ColumnBatches batches, ByHand theirs, Tensor x, Tensor y, int batch)
    {
        (Estimator, Batches, _theirs, _x, _y, Batch) = (ours, batches, theirs, x, y, batch);
        theirs.train();
    }

    /// <summary>What is trained, in a few words.</summary>
    internal abstract string Title { get; }

    /// <summary>How many examples a step has.</summary>
    internal int Batch { get; }

    internal Estimator Estimator { get; }

    internal ColumnBatches Batches { get; }

    /// <summary>Trains some steps as an experiment does.</summary>
    internal void Ours(int steps) => Estimator.Train(Batches, Estimator.GlobalStep + steps, []);

    /// <summary>Trains some steps by hand.</summary>
    internal void Theirs(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            _theirs.Step(_x.narrow(0, _start, Batch), _y.narrow(0, _start, Batch));
            _start = (_start + Batch) % (_x.shape[0] - Batch);
        }
    }

    public void Dispose()
    {
        Estimator.Dispose();
        Batches.Dispose();
        _theirs.Dispose();
    }

    /// <summary>A network written by hand, with one of TorchSharp's optimizers.</summary>
    internal abstract class ByHand() : nn.Module<Tensor, Tensor>("by_hand")
    {
        private optim.Optimizer? _optimizer;

        /// <summary>The optimizer, made when the weights are there.</summary>
        private protected virtual optim.Optimizer Optimizer() => optim.Adam(parameters());

        private protected virtual Tensor Loss(Tensor predicted, Tensor y) => nn.functional.cross_entropy(predicted, y);

        internal void Step(Tensor x, Tensor y)
        {
            _optimizer ??= Optimizer();
            _optimizer.zero_grad();
            Loss(forward(x), y).backward();
            _optimizer.step();
        }
    }
}
