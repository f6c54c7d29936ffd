using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration.Yaml;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>An experiment file as a flat list: each value by its way from the top, <c>model.layers[0].Dense.units</c>.</summary>
internal static class Settings
{
    private const int LongestList = 8;

    /// <summary>The settings of a file; none where it cannot be read. Numbers, truths and texts; short lists are texts as well.</summary>
    internal static IReadOnlyList<KeyValuePair<string, object>> Of(string path)
    {
        var settings = new List<KeyValuePair<string, object>>();
        if (SourceFile.Read(path, path, out _, out _) is { } file && YamlReader.Read(file.Text, []) is { } root)
        {
            Add(settings, "", root);
        }

        return settings;
    }

    private static void Add(List<KeyValuePair<string, object>> settings, string path, Node node)
    {
        switch (node)
        {
            case MappingNode mapping:
                foreach (var entry in mapping.Entries)
                {
                    Add(settings, path.Length == 0 ? entry.Name : $"{path}.{entry.Name}", entry.Value);
                }

                break;
            case ListNode { Items.Count: <= LongestList } list when list.Items.All(item => item is ScalarNode):
                settings.Add(new(path, $"[{string.Join(", ", list.Items.Cast<ScalarNode>().Select(item => item.Text))}]"));
                break;
            case ListNode list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    Add(settings, $"{path}[{i}]", list.Items[i]);
                }

                break;
            case ScalarNode scalar:
                settings.Add(new(path, ValueOf(scalar)));
                break;
        }
    }

    private static object ValueOf(ScalarNode scalar) => scalar switch
    {
        { Quoted: true } => scalar.Text,
        { IsNull: true } => "null",
        { Text: "true" or "false" } => scalar.Text == "true",
        _ when double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        _ => scalar.Text,
    };
}
