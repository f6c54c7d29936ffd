using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Runner.Serving;

/// <summary>What is asked of a model as a file would have it: a table with a header, or an array of NumPy's. A row is an example.</summary>
internal static class RequestTable
{
    /// <summary>What a request is called in messages.</summary>
    internal const string Name = "the request";

    private const string Csv = "text/csv";
    private static readonly string[] Arrays = ["application/octet-stream", "application/x-npy"];

    /// <summary>Whether content of this type is one; all else is JSON.</summary>
    internal static bool Is(string? type) => KindOf(type) is { } kind && (kind == Csv || Arrays.Contains(kind, StringComparer.Ordinal));

    /// <summary>The arrays that it gives, by name. Numbers belong to the caller's scope.</summary>
    /// <param name="body">The request.</param>
    /// <param name="type">What kind of content it says it is.</param>
    /// <param name="only">The name of the model's input; null where it has several.</param>
    /// <exception cref="RequestException">An array has no name, and the model has several inputs.</exception>
    /// <exception cref="DataException">It is no such file.</exception>
    internal static IEnumerable<KeyValuePair<string, ArrayValues>> Read(ReadOnlyMemory<byte> body, string type, string? only)
    {
        if (KindOf(type) == Csv)
        {
            return new CsvSource().Read(Name, body);
        }

        _ = MemoryMarshal.TryGetArray(body, out var bytes);
        using var content = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        return [KeyValuePair.Create(
            only ?? throw new RequestException($"{Name} is one array, and the model has several inputs. Expected {Csv} with a column for each, or JSON."),
            Npy.ReadAny(content, bytes.Count, Name))];
    }

    private static string? KindOf(string? type) => MediaTypeHeaderValue.TryParse(type, out var known) ? known.MediaType?.ToLowerInvariant() : null;
}
