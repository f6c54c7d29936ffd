namespace ExperimentRunner.Torture;

/// <summary>A folder for everything, removed at the end.</summary>
internal sealed class WorkFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("torture-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
