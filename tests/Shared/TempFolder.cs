namespace ExperimentRunner.Tests;

/// <summary>An empty folder for one test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("experimentrunner-").FullName;

    /// <summary>A path below the folder; nothing is made there.</summary>
    public string Of(string relative) => System.IO.Path.Combine(Path, relative);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
