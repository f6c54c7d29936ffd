using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ExperimentRunner.Runner.Browser;

/// <summary>The end of a run's log, for people.</summary>
/// <param name="Time">When it was said.</param>
/// <param name="Level">How bad it is: <c>Information</c>, <c>Warning</c>, <c>Error</c>.</param>
/// <param name="Text">What was said.</param>
internal sealed record LogTail(string Time, string Level, string Text)
{
    private const int LargestPart = 1 << 18;
    private const int LongestText = 2000;

    /// <summary>The last lines of a log, however long it is.</summary>
    /// <param name="path">The log.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="word">A word that the lines hold.</param>
    internal static IReadOnlyList<LogTail> Read(string path, int most, string word = "")
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = Math.Max(0, file.Length - LargestPart);
            file.Seek(start, SeekOrigin.Begin);
            var bytes = new byte[(int)Math.Min(LargestPart, file.Length)];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return [.. Encoding.UTF8.GetString(bytes, 0, count).Split('\n').Skip(start > 0 ? 1 : 0).Select(Parse).OfType<LogTail>()
                .Where(line => word.Length == 0 || line.Text.Contains(word, StringComparison.OrdinalIgnoreCase)).TakeLast(most)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static LogTail? Parse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var said = json.RootElement;
            return said.ValueKind != JsonValueKind.Object ? null : new LogTail(
                DateTimeOffset.TryParse(TextOf(said, "@t"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture) : "",
                TextOf(said, "@l") ?? "Information",
                Rendered(said));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The sentence of the template with the values in its holes.</summary>
    private static string Rendered(JsonElement said)
    {
        var template = TextOf(said, "@m") ?? TextOf(said, "@mt") ?? "";
        var text = new StringBuilder();
        for (var i = 0; i < template.Length && text.Length < LongestText; i++)
        {
            var end = template[i] == '{' ? template.IndexOf('}', i) : -1;
            if (end < 0)
            {
                text.Append(template[i]);
                continue;
            }

            var name = template[(i + 1)..end].Split(':', ',')[0];
            text.Append(said.TryGetProperty(name, out var value) ? value.ToString() : template[i..(end + 1)]);
            i = end;
        }

        return text.Length < LongestText ? text.ToString() : text.ToString(0, LongestText) + "…";
    }

    private static string? TextOf(JsonElement said, string name) => said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
