namespace ExperimentRunner.Runner.Runs;

/// <summary>Where run folders are kept.</summary>
internal static class RunsRoot
{
    /// <summary>
    /// The folder <c>runs</c> beside the nearest solution file, or the nearest folder <c>runs</c>, from the experiment's folder
    /// upward; else <c>runs</c> in the working directory.
    /// </summary>
    /// <param name="experimentFolder">The folder of the experiment file.</param>
    internal static string For(string experimentFolder)
    {
        for (var folder = new DirectoryInfo(experimentFolder); folder is not null; folder = folder.Parent)
        {
            var runs = Path.Combine(folder.FullName, "runs");
            if (Directory.Exists(runs) || folder.EnumerateFiles("*.sln").Any())
            {
                return runs;
            }
        }

        return Path.Combine(Environment.CurrentDirectory, "runs");
    }
}
