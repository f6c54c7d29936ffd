using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>A layer that learns statistics or a vocabulary from data before it is used.</summary>
public interface IAdapts
{
    /// <summary>Whether it was given none, so that the data must tell.</summary>
    [NotAnOption]
    bool NeedsData { get; }

    /// <summary>The same layer with what the data tell filled in.</summary>
    /// <param name="batches">The training data, batch by batch; text as <see cref="TextTensor"/> has it. Each is gone when the next is asked for.</param>
    Layer Adapt(IEnumerable<Tensor> batches);
}

/// <summary>A layer that knows words or numbers, given or learned.</summary>
public interface IHasVocabulary : IAdapts
{
    /// <summary>How many there are, those for what is missing or unknown included; null before the data tell.</summary>
    [NotAnOption]
    int? Size { get; }

    /// <summary>How much each token counts, as Keras saves it, those for what is missing or unknown included; null where all count the same.</summary>
    [NotAnOption]
    IReadOnlyList<float>? WordWeights { get; }

    /// <summary>The same layer as if the data had told it this many, to see what shapes would come of it.</summary>
    Layer Assuming(int size);
}

/// <summary>A layer whose input may be text.</summary>
public interface ITakesText;

/// <summary>Marks a layer that draws at random, so that it belongs in a model and not in a transform.</summary>
public interface IDrawsAtRandom;
