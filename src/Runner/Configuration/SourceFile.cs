using System.Text;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>A file that an experiment was read from.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Text">What stands in it, under the name that messages give it.</param>
public sealed record SourceFile(string Path, SourceText Text)
{
    /// <summary>How many bytes an experiment file may have.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a text file; null when it cannot be read, and then why.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="path">Its absolute path.</param>
    /// <param name="problem">What is wrong, as a sentence.</param>
    /// <param name="expected">What would have been right.</param>
    internal static SourceFile? Read(string name, string path, out string problem, out string expected)
    {
        (problem, expected) = ("", "a text file in YAML");
        try
        {
            if (Directory.Exists(path))
            {
                (problem, expected) = ($"'{name}' is a folder.", ExperimentsIn(name, path));
                return null;
            }

            var bytes = ReadBytes(path);
            problem = bytes.Length > MaxBytes ? $"'{name}' is larger than {MaxBytes / 1024 / 1024} MB."
                : bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? $"'{name}' is in UTF-16."
                : Array.IndexOf(bytes, (byte)0) >= 0 ? $"'{name}' is no text: it holds bytes of zero."
                : "";
            if (problem.Length > 0)
            {
                expected = bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? "text in UTF-8" : expected;
                return null;
            }

            var text = Strict.GetString(bytes);
            return new SourceFile(path, new SourceText(name, System.IO.Path.GetDirectoryName(path)!, text.StartsWith('\uFEFF') ? text[1..] : text));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            (problem, expected) = ($"There is no file '{name}'.{NearestFile(name, path)}", "the path of an experiment file");
        }
        catch (UnauthorizedAccessException)
        {
            (problem, expected) = ($"'{name}' may not be read: permission is denied.", "a file that you may read");
        }
        catch (DecoderFallbackException exception)
        {
            (problem, expected) = ($"'{name}' is not in UTF-8: it holds the byte {exception.BytesUnknown?.FirstOrDefault():X2} at {exception.Index}.", "text in UTF-8");
        }
        catch (IOException exception)
        {
            problem = $"'{name}' cannot be read: {exception.Message}";
        }

        return null;
    }

    /// <summary>All bytes, or one more than are allowed; a pipe says no length.</summary>
    private static byte[] ReadBytes(string path)
    {
        using var stream = File.OpenRead(path);
        using var copy = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; copy.Length <= MaxBytes && (read = stream.Read(buffer)) > 0;)
        {
            copy.Write(buffer, 0, read);
        }

        return copy.ToArray();
    }

    private static string ExperimentsIn(string name, string path)
    {
        var files = Directory.EnumerateFiles(path, "*.y*ml").Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        return files.Count == 0 ? "a file" : $"a file, such as {System.IO.Path.Combine(name, files[0]!)}";
    }

    private static string NearestFile(string name, string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path);
        if (!Directory.Exists(folder))
        {
            return $" The folder '{System.IO.Path.GetDirectoryName(name)}' does not exist either.";
        }

        var files = Directory.EnumerateFiles(folder, "*.y*ml").Select(file => System.IO.Path.GetFileName(file)).Order(StringComparer.Ordinal).ToList();
        var nearest = NearestName.Of(System.IO.Path.GetFileNameWithoutExtension(path), files.Select(file => System.IO.Path.GetFileNameWithoutExtension(file)));
        return nearest is null ? ""
            : $" Did you mean '{System.IO.Path.Combine(System.IO.Path.GetDirectoryName(name) ?? "", files.First(file => System.IO.Path.GetFileNameWithoutExtension(file) == nearest))}'?";
    }
}
