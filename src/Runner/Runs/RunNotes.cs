using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Runner.Runs;

/// <summary>What people wrote to a run: tags and a note, in <c>notes.json</c>, so that the run's own record stays the run's.</summary>
/// <param name="Tags">Short words to find it by.</param>
/// <param name="Text">A note; empty when there is none.</param>
internal sealed record RunNotes(IReadOnlyList<string> Tags, string Text)
{
    /// <summary>How long a note may be.</summary>
    internal const int LongestNote = 100_000;

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>No tags and no note.</summary>
    internal static RunNotes None { get; } = new([], "");

    /// <summary>Reads the notes of a run; none where they cannot be read.</summary>
    internal static RunNotes Read(RunFolder folder)
    {
        try
        {
            var file = new FileInfo(folder.NotesFile);
            return file.Exists && file.Length < 16 * LongestNote && JsonNode.Parse(File.ReadAllBytes(file.FullName)) is JsonObject json
                ? new RunNotes(
                    [.. (json["tags"] as JsonArray ?? []).OfType<JsonValue>().Select(tag => tag.TryGetValue<string>(out var text) ? text : "").Where(tag => tag.Length > 0)],
                    json["note"] is JsonValue note && note.TryGetValue<string>(out var said) ? said : "")
                : None;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            return None;
        }
    }

    /// <summary>Writes them whole, or takes the file away when nothing is left to say.</summary>
    internal void Write(RunFolder folder)
    {
        if (Tags.Count == 0 && Text.Length == 0)
        {
            File.Delete(folder.NotesFile);
            return;
        }

        var text = new JsonObject { ["tags"] = new JsonArray([.. Tags.Select(tag => JsonValue.Create(tag))]), ["note"] = Text }.ToJsonString(Pretty) + "\n";
        WholeFile.Write(folder.NotesFile, file => file.Write(Encoding.UTF8.GetBytes(text)));
    }
}
