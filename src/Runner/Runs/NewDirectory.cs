using System.Runtime.InteropServices;

namespace ExperimentRunner.Runner.Runs;

/// <summary>Makes a directory that did not exist, as one step that only one process can win.</summary>
internal static partial class NewDirectory
{
    private const int AlreadyThere = 17; // EEXIST, the same on Linux and macOS

    /// <summary>Makes it; false when it was there already.</summary>
    /// <exception cref="IOException">It could not be made for another reason.</exception>
    internal static bool TryMake(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            if (Directory.Exists(path))
            {
                return false;
            }

            // Directory.Move of a fresh folder fails when the target exists, so only one process wins.
            var fresh = Directory.CreateDirectory($"{path}.{Environment.ProcessId}.new").FullName;
            try
            {
                Directory.Move(fresh, path);
                return true;
            }
            catch (IOException)
            {
                Directory.Delete(fresh);
                return false;
            }
        }

        if (MakeDirectory(path, 0x1FF) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == AlreadyThere ? false : throw new IOException($"The folder {path} cannot be made: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectory(string path, uint mode);
}
