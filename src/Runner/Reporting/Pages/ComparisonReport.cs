using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Reporting.Comparing;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Runs.Comparing;

namespace ExperimentRunner.Runner.Reporting.Pages;

/// <summary>A comparison of runs as one page: what differs, their curves over each other, their models side by side.</summary>
internal static class ComparisonReport
{
    private const int MostModels = 4; // side by side

    /// <summary>Writes the page.</summary>
    internal static void Write(Comparison comparison, string path)
    {
        var page = Of(comparison);
        WholeFile.Write(path, file => file.Write(System.Text.Encoding.UTF8.GetBytes(page)));
    }

    /// <summary>The page.</summary>
    internal static string Of(Comparison comparison)
    {
        var labels = ComparisonSections.Labels(comparison);
        var runs = comparison.Columns.SelectMany((column, i) => column.Runs.Select(run => (
            Label: column.Runs.Count == 1 ? labels[i] : run.Name,
            Curves: Curves.Of(MetricsHistory.Read(run.Folder.MetricsFile))))).ToList();
        return Page.Of($"{comparison.Columns.Count} runs compared", Html.Of($"""
            <header class="top"><div><h1>{string.Join(" · ", comparison.Columns.Select(column => column.Label).Take(6))}{(comparison.Columns.Count > 6 ? " …" : "")}</h1></div><button data-toggle-theme>light / dark</button></header>
            {Body(comparison)}
            <section class="card"><h2>Curves</h2><div id="curves"></div></section>
            {Models(comparison, labels)}
            """), json => Curves.Write(json, runs));
    }

    /// <summary>What differs, in tables, as the terminal tells it.</summary>
    internal static Html Body(Comparison comparison)
    {
        var remarks = comparison.Remarks.Select(remark => Html.Of($"<p>{remark}</p>"));
        var sections = ComparisonSections.Of(comparison).Select(section => Html.Of($"""<section class="card"><h2>{section.Title}</h2>{Table(section)}{Lines(section)}</section>"""));
        return Html.Of($"""{sections}{(comparison.Remarks.Count > 0 ? Html.Of($"<section class=\"card\">{remarks}</section>") : Html.Empty)}""");
    }

    private static Html Table(Section section) => section.Rows.Count == 0 ? Html.Empty : Html.Of($"""
        <div class="wide"><table><thead><tr>{section.Header.Select(name => Html.Of($"<th>{name}</th>"))}</tr></thead><tbody>{section.Rows.Select(row => Html.Of($"<tr>{row.Select(Cell)}</tr>"))}</tbody></table></div>
        """);

    /// <summary>A cell; the best of a row ends in a star in the terminal and is coloured here.</summary>
    private static Html Cell(string text) => text.EndsWith(" *", StringComparison.Ordinal) ? Html.Of($"<td class=\"best\">{text[..^2]}</td>") : Html.Of($"<td>{text}</td>");

    private static Html Lines(Section section) => section.Lines.Count == 0 ? Html.Empty : Html.Of($"<pre>{string.Join('\n', section.Lines)}</pre>");

    private static Html Models(Comparison comparison, IReadOnlyList<string> labels)
    {
        if (comparison.Models.Count is 0 or >= MostModels || comparison.Columns[comparison.Baseline].Model is not { } baseline)
        {
            return Html.Empty;
        }

        var others = comparison.Models.Where(model => comparison.Columns[model.Column].Model is not null).Select(model => Picture(
            labels[model.Column],
            comparison.Columns[model.Column].Model!,
            model.Layers.Where(layer => layer.After is not null).DistinctBy(layer => layer.After!.Name).ToDictionary(layer => layer.After!.Name, layer => layer.Change, StringComparer.Ordinal)));
        return Html.Of($"""
            <section class="card"><h2>Models</h2><div class="beside">{Picture(labels[comparison.Baseline], baseline, null)}{others}</div></section>
            """);
    }

    private static Html Picture(string label, RunModel model, IReadOnlyDictionary<string, LayerChange>? changes) =>
        Html.Of($"""<figure><figcaption><b>{label}</b></figcaption>{ModelPicture.Draw(model, changes)}</figure>""");
}
