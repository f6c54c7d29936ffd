using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Layers;

/// <summary>What a window sees at the borders.</summary>
public enum Padding
{
    /// <summary>The window stays inside the input.</summary>
    [KerasName("valid", "VALID")]
    Valid,

    /// <summary>The input is padded on both sides, so that with a stride of 1 the output is as long.</summary>
    [KerasName("same", "SAME")]
    Same,
}

/// <summary>What a window sees at the borders, where the axis may be time.</summary>
public enum TimePadding
{
    /// <summary>The window stays inside the input.</summary>
    [KerasName("valid", "VALID")]
    Valid,

    /// <summary>The input is padded on both sides, so that with a stride of 1 the output is as long.</summary>
    [KerasName("same", "SAME")]
    Same,

    /// <summary>The input is padded at its start only, so that no output sees what comes later.</summary>
    [KerasName("causal", "CAUSAL")]
    Causal,
}
