using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Runs.Comparing;
using Spectre.Console;

namespace ExperimentRunner.Runner.Reporting.Comparing;

/// <summary>Writes comparisons: for a terminal, for Markdown, for spreadsheets, for programs.</summary>
internal static class ComparisonWriter
{
    /// <summary>Writes tables.</summary>
    /// <param name="terminal">Where people read.</param>
    /// <param name="comparison">What to write.</param>
    /// <param name="asRows">Whether each run is a row, however few there are.</param>
    internal static void Write(Terminal terminal, Comparison comparison, bool asRows = false)
    {
        foreach (var section in ComparisonSections.Of(comparison, asRows))
        {
            terminal.Print(section.Title);
            if (section.Header.Count > 0)
            {
                var table = new Table().Border(TableBorder.Square);
                foreach (var name in section.Header)
                {
                    table.AddColumn(Markup.Escape(name));
                }

                foreach (var row in section.Rows)
                {
                    table.AddRow([.. row.Select(cell => new Text(cell))]);
                }

                terminal.Out.Write(table);
            }

            foreach (var line in section.Lines)
            {
                terminal.Print("  " + line);
            }

            terminal.Print("");
        }

        if (comparison is { Settings.Count: 0, Models.Count: 0, Data.Count: 0 } && comparison.Columns.Count > 1)
        {
            terminal.Print("The experiments are the same, defaults included.");
        }

        if (comparison.Columns.Count > 1 && comparison.Figures.Count > 0 && !asRows && comparison.Columns.Count <= ComparisonSections.MostColumns)
        {
            terminal.Print($"In brackets: the difference from {Printable.Line(comparison.Columns[comparison.Baseline].Label)}. * is the best.");
        }

        foreach (var remark in comparison.Remarks)
        {
            terminal.Print(Printable.Line(remark));
        }
    }

    /// <summary>The same tables in Markdown.</summary>
    internal static string ToMarkdown(Comparison comparison)
    {
        var text = new StringBuilder();
        foreach (var section in ComparisonSections.Of(comparison))
        {
            text.Append(CultureInfo.InvariantCulture, $"### {section.Title}\n\n");
            if (section.Header.Count > 0)
            {
                Line(section.Header);
                Line([.. section.Header.Select(_ => "---")]);
                foreach (var row in section.Rows)
                {
                    Line(row);
                }

                text.Append('\n');
            }

            foreach (var line in section.Lines)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(line.StartsWith(' ') ? "  " : "")}- {Escaped(line.TrimStart())}\n");
            }

            text.Append(section.Lines.Count > 0 ? "\n" : "");
        }

        foreach (var remark in comparison.Remarks)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Escaped(Printable.Line(remark))}\n\n");
        }

        return text.ToString().TrimEnd('\n') + "\n";

        void Line(IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells.Select(Escaped)).Append(" |\n");
    }

    /// <summary>One line for each value: <c>section,what,run,value,step,deviation,runs,difference</c>.</summary>
    internal static string ToCsv(Comparison comparison)
    {
        var text = new StringBuilder("section,what,run,value,step,deviation,runs,difference\n");
        foreach (var (section, differences) in new[] { ("experiment", comparison.Settings), ("data", comparison.Data), ("environment", comparison.Environment) })
        {
            foreach (var difference in differences)
            {
                for (var i = 0; i < comparison.Columns.Count; i++)
                {
                    Line(section, difference.What, comparison.Columns[i].Label, difference.Values[i] ?? "", "", "", "", "");
                }
            }
        }

        foreach (var model in comparison.Models)
        {
            foreach (var layer in model.Layers)
            {
                Line("model", (layer.After ?? layer.Before)!.Name, comparison.Columns[model.Column].Label, layer.Words, "", "", "", "");
            }
        }

        foreach (var figure in comparison.Figures)
        {
            for (var i = 0; i < comparison.Columns.Count; i++)
            {
                if (figure.Values[i] is { } value)
                {
                    Line(
                        "figures", ComparisonSections.NameOf(figure), comparison.Columns[i].Label, Exact(value.Mean), value.Step?.ToString(CultureInfo.InvariantCulture) ?? "",
                        value.Deviation is { } deviation ? Exact(deviation) : "", value.Count.ToString(CultureInfo.InvariantCulture), value.Difference is { } difference ? Exact(difference) : "");
                }
            }
        }

        return text.ToString();

        void Line(params string[] cells) => text.AppendJoin(',', cells.Select(Quoted)).Append('\n');
    }

    /// <summary>All of it as JSON.</summary>
    internal static string ToJson(Comparison comparison)
    {
        var labels = comparison.Columns.Select(column => column.Label).ToList();
        return new JsonObject
        {
            ["columns"] = new JsonArray([.. comparison.Columns.Select(column => new JsonObject
            {
                ["label"] = column.Label,
                ["runs"] = new JsonArray([.. column.Runs.Select(run => JsonValue.Create(run.Name))]),
                ["parameters"] = column.Model?.Parameters,
            })]),
            ["baseline"] = labels[comparison.Baseline],
            ["experiment"] = Differences(comparison.Settings),
            ["model"] = new JsonArray([.. comparison.Models.Select(model => new JsonObject
            {
                ["column"] = labels[model.Column],
                ["parameters_before"] = model.ParametersBefore,
                ["parameters_after"] = model.ParametersAfter,
                ["layers"] = new JsonArray([.. model.Layers.Select(layer => new JsonObject
                {
                    ["change"] = layer.Change.ToString().ToLowerInvariant(),
                    ["before"] = layer.Before?.Name,
                    ["after"] = layer.After?.Name,
                    ["options"] = new JsonArray([.. layer.Options.Select(option => new JsonObject { ["name"] = option.Name, ["before"] = option.Before, ["after"] = option.After })]),
                    ["words"] = layer.Words,
                })]),
            })]),
            ["data"] = Differences(comparison.Data),
            ["environment"] = Differences(comparison.Environment),
            ["figures"] = new JsonArray([.. comparison.Figures.Select(figure => new JsonObject
            {
                ["name"] = figure.Label,
                ["kind"] = figure.Kind.ToString().ToLowerInvariant(),
                ["higher_is_better"] = figure.HigherIsBetter,
                ["values"] = new JsonArray([.. figure.Values.Select(value => value is null ? null : new JsonObject
                {
                    ["value"] = JsonFigures.ToNode(value.Mean),
                    ["deviation"] = value.Deviation is { } deviation ? JsonFigures.ToNode(deviation) : null,
                    ["runs"] = value.Count,
                    ["step"] = value.Step,
                    ["difference"] = value.Difference is { } difference ? JsonFigures.ToNode(difference) : null,
                    ["within_noise"] = value.IsNoise,
                })]),
            })]),
            ["remarks"] = new JsonArray([.. comparison.Remarks.Select(remark => JsonValue.Create(remark))]),
        }.ToJsonString();

        static JsonArray Differences(IReadOnlyList<Difference> differences) => new(
            [.. differences.Select(difference => new JsonObject { ["what"] = difference.What, ["values"] = new JsonArray([.. difference.Values.Select(value => JsonValue.Create(value))]) })]);
    }

    private static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A cell of a CSV file; one that a spreadsheet would take for a formula gets an apostrophe before it.</summary>
    private static string Quoted(string cell)
    {
        var safe = cell is ['=' or '+' or '@' or '\t' or '\r', ..] || (cell is ['-', ..] && !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) ? "'" + cell : cell;
        return safe.AsSpan().IndexOfAny(",\"\n\r") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
