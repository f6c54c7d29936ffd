using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Saving;

/// <summary>Writes files whole or not at all: to a temporary name beside, flushed to the disk, then renamed.</summary>
/// <remarks>Who is killed while it writes leaves a file <c>name.PID.new</c> behind, which <see cref="RemoveLeftovers"/> removes.</remarks>
public static partial class WholeFile
{
    /// <summary>Writes a file; one of that name is replaced.</summary>
    public static void Write(string path, Action<FileStream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var fresh = NameBeside(path);
        try
        {
            using (var file = new FileStream(fresh, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
            Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }
    }

    /// <summary>What a file is called while it is made; by this name <see cref="RemoveLeftovers"/> knows it.</summary>
    public static string NameBeside(string path) => $"{path}.{Environment.ProcessId}.new";

    /// <summary>Removes what writers that are gone left half written in a folder and below it.</summary>
    public static void RemoveLeftovers(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.new", SearchOption.AllDirectories).Where(file => Leftover().IsMatch(file)).ToList())
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"\.\d+\.new$")]
    private static partial Regex Leftover();

    /// <summary>Has a folder's names written to the disk, without which a power cut may undo a rename.</summary>
    private static void Flush(string folder)
    {
        if (OperatingSystem.IsLinux() && LibC.Open(folder, LibC.ReadOnly) is >= 0 and var handle)
        {
            _ = LibC.Flush(handle); // not every file system has folders that can be flushed
            _ = LibC.Close(handle);
        }
    }
}
