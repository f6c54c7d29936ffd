namespace ExperimentRunner.Engine.Saving;

/// <summary>What kind of file a model is kept in.</summary>
public enum ModelFormat
{
    /// <summary>A ZIP of configuration and weights: <c>.keras</c>.</summary>
    Keras,

    /// <summary>A whole model in HDF5: <c>.h5</c>.</summary>
    Hdf5,

    /// <summary>Weights alone, in HDF5: <c>.weights.h5</c>, and <c>.h5</c> without a configuration.</summary>
    Weights,

    /// <summary>Configuration alone: <c>.json</c>.</summary>
    Json,
}

/// <summary>Where a model comes from.</summary>
/// <param name="Format">The kind of file.</param>
/// <param name="Generation">Which Keras wrote it: 1, 2 or 3.</param>
/// <param name="Version">The version it says it was written by; null when it does not say.</param>
/// <param name="Backend">The backend it says it ran on; null when it does not say.</param>
public sealed record ModelOrigin(ModelFormat Format, int Generation, string? Version, string? Backend)
{
    /// <summary>Sorts a version into its generation; files that do not say theirs are of the first.</summary>
    internal static int GenerationOf(string? version) => version is ['3' or '4', '.', ..] ? 3 : version is ['2', '.', ..] ? 2 : 1;
}
