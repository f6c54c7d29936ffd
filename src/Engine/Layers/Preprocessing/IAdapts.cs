using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>A layer that learns statistics or a vocabulary from data before it is used.</summary>
public interface IAdapts
{
    /// <summary>Whether it was given none, so that the data must tell.</summary>
    [NotAnOption]
    bool NeedsData { get; }

    /// <summary>The same layer with what the data tell filled in.</summary>
    /// <param name="batches">The training data, batch by batch; each is the caller's.</param>
    Layer Adapt(IEnumerable<Tensor> batches);
}

/// <summary>Marks a layer that draws at random, so that it belongs in a model and not in a transform.</summary>
public interface IDrawsAtRandom;
