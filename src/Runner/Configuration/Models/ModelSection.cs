using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>The section <c>model:</c>, and each model under <c>models:</c>: layers and how they are joined.</summary>
public sealed record ModelSection
{
    /// <summary>The layers, each taking the output of the one above it unless it says <c>from</c>.</summary>
    public IReadOnlyList<LayerNode>? Layers { get; init; }

    /// <summary>What goes into the model, by name.</summary>
    public IReadOnlyDictionary<string, InputSection>? Inputs { get; init; }

    /// <summary>The layers whose outputs come out of the model; the last layer's by default.</summary>
    public IReadOnlyList<string>? Outputs { get; init; }

    /// <summary>Models that layers of this one may be, by name.</summary>
    public IReadOnlyDictionary<string, ModelSection> Models { get; init; } = new Dictionary<string, ModelSection>();

    /// <summary>Lists of layers that may be used again and again, each time with new weights, by name.</summary>
    public IReadOnlyDictionary<string, BlockSection> Blocks { get; init; } = new Dictionary<string, BlockSection>();

    /// <summary>A file that holds the model, saved by Keras or by this program.</summary>
    public FilePath? Load { get; init; }

    /// <summary>The model's name; by default the experiment's, or that of the model in the file.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the model's weights are trained.</summary>
    public bool Trainable { get; init; } = true;
}

/// <summary>One input of a model.</summary>
public sealed record InputSection
{
    /// <summary>Lengths of the axes after the batch; null is an axis whose length varies.</summary>
    public required IReadOnlyList<long?> Shape { get; init; }

    /// <summary>The type of the input.</summary>
    public DtypePolicy? Dtype { get; init; }

    /// <summary>Length of the batch, where it is fixed.</summary>
    [AtLeast(1)]
    public int? BatchSize { get; init; }
}

/// <summary>A list of layers under one name, with arguments.</summary>
public sealed record BlockSection
{
    /// <summary>Arguments and their defaults; in the layers, <c>$filters</c> is the argument <c>filters</c>.</summary>
    public IReadOnlyDictionary<string, Node> Args { get; init; } = new Dictionary<string, Node>();

    /// <summary>The layers; <c>from: input</c> is what enters the block, and the last layer is what leaves it.</summary>
    public required IReadOnlyList<Node> Layers { get; init; }
}
