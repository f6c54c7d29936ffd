using System.Globalization;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Reporting.Pages;

/// <summary>A run as one page, made from its folder alone: <c>report.html</c>.</summary>
internal static class RunReport
{
    private const int CommitLetters = 12;

    /// <summary>Writes the page into the run's folder.</summary>
    /// <returns>The file.</returns>
    internal static string Write(RunFolder folder)
    {
        var path = folder.InFolder("report.html");
        var page = Of(folder);
        WholeFile.Write(path, file => file.Write(System.Text.Encoding.UTF8.GetBytes(page)));
        return path;
    }

    /// <summary>The page.</summary>
    internal static string Of(RunFolder folder)
    {
        var (run, facts) = (RunSummary.Read(folder), RunFacts.Read(folder.RecordFile));
        var curves = Curves.Of(MetricsHistory.Read(folder.MetricsFile));
        return Page.Of(run.Name, Html.Of($"""
            <header class="top"><div><h1>{run.Name}</h1>{Status(run.Status)}</div><button data-toggle-theme>light / dark</button></header>
            {(facts.Error is { } error ? Html.Of($"""<p class="card error">{error}</p>""") : Html.Empty)}
            {Overview(facts)}
            {Results(facts)}
            {(curves.Count == 0 ? Html.Empty : new Html("""<section class="card"><h2>Curves</h2><div id="curves"></div></section>"""))}
            {Model(folder)}
            {(Classification.Read(folder) is { } classification ? ClassificationTables.Of(classification) : Html.Empty)}
            {Experiment(folder)}
            {Surroundings(facts)}
            """), json => Curves.Write(json, [(run.Name, curves)]));
    }

    /// <summary>How a run stands, as a small sign.</summary>
    internal static Html Status(string status) => Html.Of($"""<span class="status {status}">{status}</span>""");

    /// <summary>The model of a run; empty where it is not known.</summary>
    internal static Html Model(RunFolder folder) => RunModel.Read(folder) is { } model
        ? Html.Of($"""<section class="card"><h2>Model</h2>{ModelPicture.Draw(model)}{ModelPicture.Table(model)}</section>""")
        : Html.Empty;

    /// <summary>What a run was and what it reached, in a few facts.</summary>
    internal static Html Overview(RunFacts facts) => Facts(
        ("Started", facts.Started?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
        ("Took", facts.Seconds is { } seconds ? Words.Time(seconds) : null),
        ("Seed", facts.Seed?.ToString(CultureInfo.InvariantCulture)),
        ("Command", string.Join(' ', facts.Command)),
        ("Git commit", facts.Commit?[..Math.Min(facts.Commit.Length, CommitLetters)]),
        ("Best", string.Join('\n', facts.Best.Select(best => $"{best.Name} {Words.Figure(best.Value)}"))));

    /// <summary>What came out of each step of the experiment.</summary>
    internal static Html Results(RunFacts facts)
    {
        if (facts.Results.Count == 0)
        {
            return Html.Empty;
        }

        var names = facts.Results.SelectMany(result => result.Values.Select(pair => pair.Key)).Where(name => name != "global_step").Distinct().ToList();
        var rows = facts.Results.Select(result =>
        {
            var values = result.Values.DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => Words.Figure(pair.Value), StringComparer.Ordinal);
            return Html.Of($"""
                <tr><td>{result.Do} {result.Name}</td><td class="number">{result.Step}</td><td>{Words.Time(result.Seconds)}</td>{names.Select(name => Html.Of($"<td class=\"number\">{values.GetValueOrDefault(name)}</td>"))}</tr>
                """);
        });
        return Html.Of($"""
            <section class="card"><h2>Results</h2><div class="wide"><table><thead><tr><th></th><th class="number">step</th><th>time</th>{names.Select(name => Html.Of($"<th class=\"number\">{name}</th>"))}</tr></thead><tbody>{rows}</tbody></table></div></section>
            """);
    }

    private static Html Experiment(RunFolder folder) => File.Exists(folder.ExperimentFile)
        ? Html.Of($"""
            <section class="card"><h2>Experiment</h2><pre>{Beginning(folder.ExperimentFile)}</pre><details><summary>With every default filled in</summary><pre>{Beginning(folder.ResolvedFile)}</pre></details></section>
            """)
        : Html.Empty;

    /// <summary>A text file's beginning, so that a large one does not swell the page.</summary>
    internal static string Beginning(string path)
    {
        const int Most = 100_000;
        if (!File.Exists(path))
        {
            return "";
        }

        using var reader = new StreamReader(path);
        var letters = new char[Most];
        var count = reader.ReadBlock(letters);
        return new string(letters, 0, count) + (count == Most ? "\n…" : "");
    }

    private static Html Surroundings(RunFacts facts)
    {
        var all = facts.Environment.Concat(facts.Data).Select(pair => (pair.Key, (string?)pair.Value)).ToArray();
        return all.Length == 0 ? Html.Empty : Html.Of($"""<details class="card"><summary>Environment</summary>{Facts(all, card: false)}</details>""");
    }

    private static Html Facts(params (string Name, string? Value)[] facts) => Facts(facts, card: true);

    private static Html Facts((string Name, string? Value)[] facts, bool card)
    {
        var items = facts.Where(fact => fact.Value is { Length: > 0 }).Select(fact => Html.Of($"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>")).ToList();
        return items.Count == 0 ? Html.Empty : Html.Of($"""<dl class="facts {(card ? "card" : "")}">{items}</dl>""");
    }
}
