using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Runner.Runs;

/// <summary>Where a run's experiment was read from, so that a resume can tell whether it was changed since.</summary>
/// <param name="File">The experiment file, absolute.</param>
/// <param name="Digest">Its SHA-256.</param>
/// <param name="Set">What followed each <c>--set</c>.</param>
/// <param name="DraftOf">Of a draft, where its relative paths start; null where it was none.</param>
internal sealed record RunOrigin(string File, string Digest, IReadOnlyList<string> Set, string? DraftOf)
{
    /// <summary>Where relative paths start.</summary>
    internal string Folder => DraftOf ?? Path.GetDirectoryName(File) ?? File;

    /// <summary>The digest of a text, as it is in UTF-8.</summary>
    internal static string DigestOf(string text) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))}";

    /// <summary>Reads what <see cref="ToJson"/> wrote; null when it is something else.</summary>
    internal static RunOrigin? From(JsonNode? json) =>
        json is JsonObject && (string?)json["path"] is { } path && (string?)json["digest"] is { } digest && json["set"] is JsonArray set
            ? new RunOrigin(path, digest, [.. set.Select(one => (string)one!)], (string?)json["draft_of"])
            : null;

    /// <summary>Writes it.</summary>
    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["path"] = File, ["digest"] = Digest, ["set"] = new JsonArray([.. Set.Select(one => JsonValue.Create(one))]) };
        if (DraftOf is not null)
        {
            json["draft_of"] = DraftOf;
        }

        return json;
    }
}
