using ExperimentRunner.Engine.Inputs;

namespace ExperimentRunner.Engine.Saving;

/// <summary>Opens files of data, with one kind of error that names the file.</summary>
internal static class DataFile
{
    /// <summary>Opens a file to read.</summary>
    /// <exception cref="DataException">It is not there, or may not be read.</exception>
    internal static FileStream OpenRead(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
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
