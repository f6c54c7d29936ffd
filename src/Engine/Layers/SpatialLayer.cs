using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers;

/// <summary>A layer over one, two or three axes of space (or time) beside the channels.</summary>
public abstract record SpatialLayer : UnaryLayer
{
    /// <summary>Where the channels stand; null is Keras's default, channels last.</summary>
    [OldName("dim_ordering")]
    public Channels? DataFormat { get; init => field = value ?? Channels.Last; } = Channels.Last;
}
