namespace ExperimentRunner.Runner.Runs;

/// <summary>Tells the commit of the repository that a folder lies in, read from git's own files.</summary>
internal static class GitCommit
{
    /// <summary>The commit's name, or null when there is no repository, no commit, or no way to read it.</summary>
    internal static string? Of(string folder)
    {
        try
        {
            for (var level = new DirectoryInfo(folder); level is not null; level = level.Parent)
            {
                var git = Path.Combine(level.FullName, ".git");
                if (File.Exists(git)) // a worktree's: one line, "gitdir: path"
                {
                    git = Path.GetFullPath(File.ReadAllText(git).Replace("gitdir:", "", StringComparison.Ordinal).Trim(), level.FullName);
                }

                if (Directory.Exists(git))
                {
                    return ReadHead(git);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return null;
    }

    private static string? ReadHead(string git)
    {
        var head = File.ReadAllText(Path.Combine(git, "HEAD")).Trim();
        if (!head.StartsWith("ref:", StringComparison.Ordinal))
        {
            return head;
        }

        var name = head[4..].Trim();
        var common = Path.Combine(git, "commondir");
        var folders = File.Exists(common) ? [git, Path.GetFullPath(File.ReadAllText(common).Trim(), git)] : new[] { git };
        foreach (var folder in folders)
        {
            var loose = Path.Combine(folder, name);
            if (File.Exists(loose))
            {
                return File.ReadAllText(loose).Trim();
            }

            var packed = Path.Combine(folder, "packed-refs");
            if (File.Exists(packed) && File.ReadLines(packed).FirstOrDefault(line => line.EndsWith(" " + name, StringComparison.Ordinal)) is { } line)
            {
                return line.Split(' ')[0];
            }
        }

        return null;
    }
}
