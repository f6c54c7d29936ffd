using System.Globalization;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>A way through mappings and lists as people write it: <c>model.layers[2].Dense.units</c>.</summary>
/// <param name="Steps">The steps, from the top.</param>
internal sealed record NodePath(IReadOnlyList<PathStep> Steps)
{
    /// <summary>Reads a way; null when it is none, and then why, and where in the text.</summary>
    internal static NodePath? Parse(string text, out string problem, out int at)
    {
        var steps = new List<PathStep>();
        (problem, at) = ("", 0);
        for (var i = 0; i < text.Length;)
        {
            at = i;
            if (text[i] == '[')
            {
                var close = text.IndexOf(']', i);
                if (close < 0 || !int.TryParse(text.AsSpan(i + 1, close - i - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                {
                    problem = "Between '[' and ']' stands the number of an item, counted from 0.";
                    return null;
                }

                steps.Add(new PathStep(text[i..(close + 1)], index, i));
                i = close + 1;
                if (i < text.Length && text[i] is not ('.' or '['))
                {
                    (problem, at) = ("After ']' comes a '.' or another '['.", i);
                    return null;
                }

                continue;
            }

            if (text[i] == '.' && i > 0)
            {
                at = ++i;
            }

            var end = text.AsSpan(i).IndexOfAny('.', '[') is >= 0 and var length ? i + length : text.Length;
            if (end == i)
            {
                problem = "A name is missing here.";
                return null;
            }

            steps.Add(new PathStep(text[i..end], null, i));
            i = end;
        }

        if (steps.Count == 0)
        {
            problem = "A name is missing here.";
            return null;
        }

        return new NodePath(steps);
    }

    /// <summary>The first steps as text.</summary>
    internal string Upto(int count) => Join(Steps.Take(count).Select(step => step.Text));

    /// <summary>Names, and numbers in brackets, as one text.</summary>
    internal static string Join(IEnumerable<string> steps) => string.Concat(steps.Select((step, i) => i == 0 || step is ['[', ..] ? step : "." + step));
}

/// <summary>One step of a way: to a name of a mapping, or to an item of a list.</summary>
/// <param name="Text">The step as written: <c>layers</c>, <c>[2]</c>.</param>
/// <param name="Index">The number of the item, or null for a name.</param>
/// <param name="At">Where the step begins in the text.</param>
internal sealed record PathStep(string Text, int? Index, int At)
{
    /// <summary>Takes the step; null when nothing is there.</summary>
    internal Node? From(Node node) => node switch
    {
        MappingNode mapping when Index is null => mapping[Text],
        ListNode list when Index < list.Items.Count => list.Items[Index.Value],
        _ => null,
    };
}
