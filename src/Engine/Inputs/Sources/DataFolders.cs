namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Finds the files of data sets that are known by name.</summary>
internal static class DataFolders
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A file of a data set: in <c>data/NAME</c> from the experiment's folder upward, beside the program, where Debian's packages
    /// put data sets, in the cache, or else downloaded into the cache.
    /// </summary>
    /// <param name="dataset">The data set's folder.</param>
    /// <param name="names">What the file may be called, the likeliest first.</param>
    /// <param name="experimentFolder">The folder of the experiment file.</param>
    /// <param name="origin">Where it is downloaded from.</param>
    /// <exception cref="DataException">It is nowhere, and cannot be fetched.</exception>
    internal static string Find(string dataset, IReadOnlyList<string> names, string experimentFolder, Uri origin)
    {
        var cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "experiment-runner", dataset);
        var folders = Upward(experimentFolder).Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, "data", dataset))
            .Append(Path.Combine("/usr/share/datasets", dataset.Replace('_', '-')))
            .Append(cache).ToList();
        return folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? Download(new Uri(origin, names[0]), Path.Combine(cache, names[0]), dataset, folders[^3]);
    }

    private static IEnumerable<string> Upward(string folder)
    {
        for (var level = new DirectoryInfo(Path.GetFullPath(folder)); level is not null; level = level.Parent)
        {
            yield return level.FullName;
        }
    }

    private static string Download(Uri from, string to, string dataset, string bundled)
    {
        try
        {
            using var client = new HttpClient { Timeout = Patience };
            using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, from));
            answer.EnsureSuccessStatusCode();
            Saving.WholeFile.Write(to, file => answer.Content.CopyTo(file, null, default));
            return to;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            throw new DataException(
                $"The data set {dataset} is not on this machine, and {from} cannot be fetched. Put {Path.GetFileName(to)} into {bundled} or {Path.GetDirectoryName(to)}.", error);
        }
    }
}
