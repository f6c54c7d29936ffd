namespace ExperimentRunner.Engine.Saving;

/// <summary>Writes files whole or not at all: to a temporary name beside, flushed to the disk, then renamed.</summary>
public static class WholeFile
{
    /// <summary>Writes a file; one of that name is replaced.</summary>
    public static void Write(string path, Action<FileStream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var fresh = $"{path}.{Environment.ProcessId}.new";
        try
        {
            using (var file = new FileStream(fresh, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }
    }
}
