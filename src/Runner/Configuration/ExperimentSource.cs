using System.Security.Cryptography;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration.Yaml;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>An experiment as its files and the command line say it: merged, overridden, filled in, and not yet understood.</summary>
public sealed class ExperimentSource
{
    private ExperimentSource(MappingNode? root, IReadOnlyList<SourceFile> files, IReadOnlyList<SourceText> arguments, IReadOnlyList<ConfigError> errors) =>
        (Root, Files, Texts, Errors) = (root, files, [.. files.Select(file => file.Text), .. arguments], errors);

    /// <summary>
    /// The whole, for the strict reader; null when a file could not be read to its end. Where it has mistakes, they are in
    /// <see cref="Errors"/> already, and broken values (<see cref="BrokenNode"/>) stand in it.
    /// </summary>
    public MappingNode? Root { get; }

    /// <summary>The files it was read from: the experiment file, then what it extends.</summary>
    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>All that was read: the files, then the arguments of <c>--set</c>.</summary>
    public IReadOnlyList<SourceText> Texts { get; }

    /// <summary>All mistakes so far.</summary>
    public IReadOnlyList<ConfigError> Errors { get; }

    /// <summary>Reads an experiment file.</summary>
    /// <param name="path">The file, as the user named it.</param>
    /// <param name="overrides">What followed each <c>--set</c>, in order.</param>
    /// <param name="environment">The value of an environment variable, or null when it is not set; the process's own by default.</param>
    /// <param name="drawSeed">Draws the seed that <c>$seed</c> stands for when the file has none; it is then in the root.</param>
    /// <param name="folder">Where the file's relative paths start; null is its own folder.</param>
    public static ExperimentSource Load(
        string path,
        IReadOnlyList<string>? overrides = null,
        Func<string, string?>? environment = null,
        Func<int>? drawSeed = null,
        string? folder = null)
    {
        var errors = new List<ConfigError>();
        var extends = new Extends(errors, folder);
        var root = extends.Read(path, asked: null);
        if (root is null)
        {
            return new ExperimentSource(null, extends.Files, [], errors);
        }

        var arguments = (overrides ?? []).Select(argument => new SourceText(Overrides.SourceName, extends.Files[0].Text.Folder, argument)).ToList();
        foreach (var argument in arguments)
        {
            root = Overrides.Apply(root, argument, errors);
        }

        if (!NeedSize(root, errors))
        {
            return new ExperimentSource(null, extends.Files, arguments, errors);
        }

        root = new Variables(root, environment ?? Environment.GetEnvironmentVariable, drawSeed ?? (() => RandomNumberGenerator.GetInt32(int.MaxValue)), errors).Fill();

        return new ExperimentSource(NeedSize(root, errors) ? root : null, extends.Files, arguments, errors);
    }

    /// <summary>Aliases, extended files and variables may name large things many times: written out, all must stay within a limit.</summary>
    private static bool NeedSize(MappingNode root, List<ConfigError> errors)
    {
        var sizes = new Dictionary<Node, long>(ReferenceEqualityComparer.Instance);
        if (SizeOf(root) <= YamlReader.MaxNodes)
        {
            return true;
        }

        errors.Add(new ConfigError(root.At, $"With all it extends and its variables written out, this holds more than {YamlReader.MaxNodes} values.", "a smaller experiment"));
        return false;

        long SizeOf(Node node)
        {
            if (!sizes.TryGetValue(node, out var size))
            {
                size = 1 + (node switch
                {
                    ListNode list => list.Items.Sum(SizeOf),
                    MappingNode mapping => mapping.Entries.Sum(entry => 1 + SizeOf(entry.Value)),
                    _ => 0,
                });
                sizes[node] = size = Math.Min(size, 1L << 32);
            }

            return size;
        }
    }
}
