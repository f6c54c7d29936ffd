using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>The files of a data set that is known by name: where they are looked for, and what they must hold.</summary>
/// <param name="Name">The data set's name, and its folder's.</param>
/// <param name="Sha256">SHA-256 of the unpacked files, by name; each file may be there as it is, or gzipped with <c>.gz</c> at its end.</param>
/// <param name="Origin">Where a file that is nowhere on the machine is fetched from.</param>
/// <param name="SystemFolder">Where a package of the system puts them; null when there is none.</param>
internal sealed record KnownFiles(string Name, IReadOnlyDictionary<string, string> Sha256, Uri Origin, string? SystemFolder = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The folder of fetched files; the user's cache by default.</summary>
    internal string Cache { get; init; } = Path.Combine(CacheRoot, "experiment-runner", Name);

    private static string CacheRoot => Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } said
        ? said
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    /// <summary>
    /// A file: in <c>data/NAME</c> from the experiment's folder upward, beside the program, in the cache, where the system has it,
    /// or else fetched into the cache.
    /// </summary>
    /// <param name="file">The file's name.</param>
    /// <param name="experimentFolder">The folder of the experiment file.</param>
    /// <exception cref="DataException">It is nowhere, and cannot be fetched.</exception>
    internal string Find(string file, string experimentFolder)
    {
        var bundled = Path.Combine(AppContext.BaseDirectory, "data", Name);
        return Upward(experimentFolder).Select(folder => Path.Combine(folder, "data", Name)).Concat([bundled, Cache, SystemFolder ?? bundled])
            .SelectMany(folder => new[] { Path.Combine(folder, file + ".gz"), Path.Combine(folder, file) })
            .FirstOrDefault(File.Exists) ?? Fetch(file);
    }

    private static IEnumerable<string> Upward(string folder)
    {
        for (var level = new DirectoryInfo(Path.GetFullPath(folder)); level is not null; level = level.Parent)
        {
            yield return level.FullName;
        }
    }

    /// <summary>Fetches a file; it is in the cache under its name only once its content was found right.</summary>
    private string Fetch(string file)
    {
        var (from, to) = (new Uri(Origin, file + ".gz"), Path.Combine(Cache, file + ".gz"));
        var fetched = $"{to}.{Environment.ProcessId}.fetched";
        try
        {
            using var client = new HttpClient { Timeout = Patience };
            using var request = new HttpRequestMessage(HttpMethod.Get, from);
            using var answer = client.Send(request);
            answer.EnsureSuccessStatusCode();
            WholeFile.Write(fetched, target => answer.Content.CopyTo(target, null, default));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                $"The data set {Name} is not on this machine, and {from} cannot be fetched. Put {Path.GetFileName(to)} into {Cache}, or into data/{Name} beside the experiment.", error);
        }

        try
        {
            using var scope = NewDisposeScope();
            IdxFile.Read(fetched, Sha256[file]);
            File.Move(fetched, to, overwrite: true);
            return to;
        }
        catch (DataException error)
        {
            throw new DataException($"What {from} gave is not the file of {Name} that it should be: its content differs.", error);
        }
        finally
        {
            File.Delete(fetched);
        }
    }
}
