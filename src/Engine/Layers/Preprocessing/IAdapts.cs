using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>A layer that learns statistics or a vocabulary from data before it is used.</summary>
public interface INeedsData
{
    /// <summary>Whether it was given none, so that the data must tell.</summary>
    [NotAnOption]
    bool NeedsData { get; }
}

/// <summary>A layer that learns from numbers.</summary>
public interface IAdapts : INeedsData
{
    /// <summary>The same layer with what the data tell filled in.</summary>
    /// <param name="batches">The training data, batch by batch. Each is gone when the next is asked for.</param>
    Layer Adapt(IEnumerable<Tensor> batches);
}

/// <summary>A layer that learns from text.</summary>
public interface IAdaptsToText : INeedsData
{
    /// <summary>The same layer with what the data tell filled in.</summary>
    /// <param name="batches">The training data, batch by batch.</param>
    Layer Adapt(IEnumerable<TextArray> batches);
}

/// <summary>A module that takes text, which lives on the host, and gives numbers.</summary>
public interface ITakesText
{
    /// <summary>The numbers for texts; they belong to the caller's scope.</summary>
    Tensor Compute(TextArray texts);
}

/// <summary>Marks a layer that draws at random, so that it belongs in a model and not in a transform.</summary>
public interface IDrawsAtRandom;
