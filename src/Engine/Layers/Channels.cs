using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers;

/// <summary>Where a tensor's channels stand: Keras's <c>data_format</c>.</summary>
public enum Channels
{
    /// <summary><c>[batch, …, channels]</c>: the default.</summary>
    [KerasName("channels_last", "tf")]
    Last,

    /// <summary><c>[batch, channels, …]</c>.</summary>
    [KerasName("channels_first", "th")]
    First,
}
