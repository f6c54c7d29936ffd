using ExperimentRunner.Engine.Inputs;
using Microsoft.Win32.SafeHandles;

namespace ExperimentRunner.Engine.Saving;

/// <summary>Opens files of data, with one kind of error that names the file.</summary>
internal static class DataFile
{
    /// <summary>Opens a file to read.</summary>
    /// <exception cref="DataException">It is not there, or may not be read.</exception>
    internal static FileStream OpenRead(string path) => Told(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16));

    /// <summary>Opens a file to read it by places.</summary>
    /// <exception cref="DataException">It is not there, or may not be read.</exception>
    internal static SafeFileHandle OpenHandle(string path) => Told(path, () => File.OpenHandle(path));

    /// <summary>Reads bytes from a place, fewer where the file ends.</summary>
    /// <exception cref="DataException">They cannot be read.</exception>
    internal static int Read(SafeFileHandle file, Span<byte> bytes, long at, string path)
    {
        try
        {
            return RandomAccess.Read(file, bytes, at);
        }
        catch (IOException error)
        {
            throw new DataException($"{path} cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private static T Told<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                Directory.Exists(path) ? $"{path} is a folder, where a file is due."
                    : error is FileNotFoundException or DirectoryNotFoundException ? $"There is no file {path}."
                    : $"{path} cannot be read: {error.Message.TrimEnd('.')}.",
                error);
        }
    }
}
