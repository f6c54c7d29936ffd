using System.Diagnostics;
using System.Globalization;

namespace ExperimentRunner.Torture;

/// <summary>A file system in memory of a size to run out of. Mounting one needs the right to.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Mounts one; null where that is not allowed.</summary>
    public static SmallDisk? TryMount(string path, long bytes) =>
        Do("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={bytes}"), "tmpfs", path) ? new SmallDisk(path) : null;

    /// <summary>Makes room.</summary>
    public void Enlarge() => Do("mount", "-o", "remount,size=256m", Path);

    /// <inheritdoc/>
    public void Dispose() => Do("umount", Path);

    private static bool Do(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
