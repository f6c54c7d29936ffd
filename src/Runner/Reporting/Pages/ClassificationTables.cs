using System.Globalization;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Reporting.Pages;

/// <summary>What a classifier got right and wrong: which class it took for which, and its worst examples.</summary>
internal static class ClassificationTables
{
    private const int MostColumns = 30; // of a table that can still be read
    private const int MostPairs = 20;

    /// <summary>The part of a page.</summary>
    internal static Html Of(Classification classification)
    {
        var (all, right) = (classification.Cells.Sum(cell => cell.Count), classification.Cells.Where(cell => cell.Class == cell.Said).Sum(cell => cell.Count));
        var name = classification.Name is null ? "" : $" “{classification.Name}”";
        return Html.Of($"""
            <section class="card"><h2>Right and wrong</h2>
            <p>The last evaluation{name}, at step {classification.Step}: {right.ToString("N0", CultureInfo.InvariantCulture)} of {all.ToString("N0", CultureInfo.InvariantCulture)} examples are right.</p>
            <div class="wide">{(classification.Classes <= MostColumns ? Table(classification) : Pairs(classification))}</div>
            {(classification.Worst.Count == 0 ? Html.Empty : Html.Of($"""<h3 style="margin-top:16px">Most wrong</h3><div class="wrong">{classification.Worst.Select(Example)}</div>"""))}
            </section>
            """);
    }

    /// <summary>A row for each class, a column for what it was taken for; a cell is the darker, the larger its share of the row.</summary>
    private static Html Table(Classification classification)
    {
        var counts = classification.Cells.ToDictionary(cell => (cell.Class, cell.Said), cell => cell.Count);
        var classes = Enumerable.Range(0, classification.Classes).ToList();
        var rows = classes.Select(isClass =>
        {
            var sum = Math.Max(1, classes.Sum(said => counts.GetValueOrDefault((isClass, said))));
            var cells = classes.Select(said => counts.GetValueOrDefault((isClass, said)) is var count and > 0
                ? Html.Of($"""<td style="background:rgba(var(--hit),{0.08 + (0.5 * Math.Sqrt((double)count / sum)):0.##})" title="class {isClass}, taken for {said}: {count} of {sum}">{count}</td>""")
                : new Html("<td></td>"));
            var hit = (double)counts.GetValueOrDefault((isClass, isClass)) / sum;
            return Html.Of($"<tr><th>{isClass}</th>{cells}<td>{hit.ToString("P1", CultureInfo.InvariantCulture)}</td></tr>");
        });
        return Html.Of($"""
            <table class="confusion"><thead><tr><th>class ↓ taken for →</th>{classes.Select(said => Html.Of($"<th>{said}</th>"))}<th>right</th></tr></thead><tbody>{rows}</tbody></table>
            """);
    }

    /// <summary>The classes that are mistaken most often, where a table would be too large.</summary>
    private static Html Pairs(Classification classification)
    {
        var pairs = classification.Cells.Where(cell => cell.Class != cell.Said).OrderByDescending(cell => cell.Count).Take(MostPairs)
            .Select(cell => Html.Of($"""<tr><td class="number">{cell.Class}</td><td class="number">{cell.Said}</td><td class="number">{cell.Count}</td></tr>"""));
        return Html.Of($"""<table><thead><tr><th>class</th><th>taken for</th><th>how often</th></tr></thead><tbody>{pairs}</tbody></table>""");
    }

    private static Html Example(WronglyClassified wrong)
    {
        var seen = wrong.Png is { } png
            ? Html.Of($"""<img src="data:image/png;base64,{Convert.ToBase64String(png)}" alt="example {wrong.Number}">""")
            : Html.Of($"""<div class="values">{string.Join(", ", wrong.Values.Select(Words.Figure))} …</div>""");
        return Html.Of($"""
            <figure>{seen}<figcaption><b>{wrong.Class}</b>, taken for <b>{wrong.Said}</b><br><span class="hint">{Percent(wrong.ShareOfClass)} to {Percent(wrong.ShareOfSaid)} · no. {wrong.Number}</span></figcaption></figure>
            """);
    }

    private static string Percent(double share) => share < 0.01 ? "<1 %" : share.ToString("P0", CultureInfo.InvariantCulture);
}
