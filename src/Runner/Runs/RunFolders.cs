using System.Globalization;

namespace ExperimentRunner.Runner.Runs;

/// <summary>Finds run folders: <c>runs/name/id</c>, and foreign ones that lie elsewhere in <c>runs/</c>.</summary>
internal static class RunFolders
{
    private static readonly EnumerationOptions Visible = new() { IgnoreInaccessible = true, AttributesToSkip = 0, ReturnSpecialDirectories = false };

    /// <summary>All run folders under a folder, newest first. Names that begin with a point are no runs.</summary>
    internal static IReadOnlyList<RunFolder> In(string root)
    {
        var found = new List<(string Order, RunFolder Folder)>();
        foreach (var parent in FoldersIn(root))
        {
            if (File.Exists(Path.Combine(parent, RunFolder.RecordName)))
            {
                found.Add((OrderOf(parent), new RunFolder(parent))); // a run that was put straight into runs/
                continue;
            }

            found.AddRange(FoldersIn(parent).Select(path => (OrderOf(path), new RunFolder(path))));
        }

        found.Sort((a, b) => string.CompareOrdinal(b.Order, a.Order) is not 0 and var order ? order : string.CompareOrdinal(a.Folder.Path, b.Folder.Path));
        return [.. found.Select(run => run.Folder)];
    }

    private static IEnumerable<string> FoldersIn(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder, "*", Visible).Where(path => !Path.GetFileName(path.AsSpan()).StartsWith('.'))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The time in a run's own name, which its folder's time would do for where it has none; the number of a second's second run counts.</summary>
    private static string OrderOf(string path)
    {
        var id = Path.GetFileName(path);
        var isTime = id.Length >= 15 && id[8] == '-' && id.AsSpan(0, 8).IndexOfAnyExceptInRange('0', '9') < 0 && id.AsSpan(9, 6).IndexOfAnyExceptInRange('0', '9') < 0;
        var number = isTime && id.Length > 16 && int.TryParse(id.AsSpan(16), NumberStyles.None, CultureInfo.InvariantCulture, out var later) ? later : 0;
        return isTime ? string.Create(CultureInfo.InvariantCulture, $"{id.AsSpan(0, 15)}-{number:D6}")
            : Directory.GetLastWriteTime(path).ToString("yyyyMMdd-HHmmss-000000", CultureInfo.InvariantCulture);
    }
}
