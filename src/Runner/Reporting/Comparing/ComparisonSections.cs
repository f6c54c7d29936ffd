using System.Globalization;
using ExperimentRunner.Runner.Runs.Comparing;

namespace ExperimentRunner.Runner.Reporting.Comparing;

/// <summary>A comparison as tables and lines of text, which a terminal and a Markdown file show alike.</summary>
internal static class ComparisonSections
{
    /// <summary>How many columns are shown beside each other; more are rows.</summary>
    internal const int MostColumns = 5;

    private const int MostSettings = 8;
    private const int LongestValue = 60;

    /// <summary>The sections, in the order they are read.</summary>
    /// <param name="comparison">What to show.</param>
    /// <param name="asRows">Whether each run is a row; so it is with many.</param>
    internal static IReadOnlyList<Section> Of(Comparison comparison, bool asRows = false)
    {
        asRows |= comparison.Columns.Count > MostColumns;
        var labels = Labels(comparison);
        var sections = new List<Section>();
        if (asRows)
        {
            sections.Add(ManyRuns(comparison, labels));
        }
        else
        {
            Add("Experiment", "setting", comparison.Settings);
        }

        if (Models(comparison, labels) is { Count: > 0 } models)
        {
            sections.Add(new Section("Model", [], [], models));
        }

        Add("Data", "file", comparison.Data);
        Add("Environment", "what", comparison.Environment);
        if (!asRows && comparison.Figures.Count > 0)
        {
            sections.Add(new Section("Figures", ["figure", .. labels], [.. comparison.Figures.Select(figure => Row(figure, comparison.Baseline))], []));
        }

        return sections;

        void Add(string title, string what, IReadOnlyList<Difference> differences)
        {
            if (differences.Count > 0 && !asRows)
            {
                sections.Add(new Section(title, [what, .. labels], [.. differences.Select(difference => (IReadOnlyList<string>)[Safe(difference.What), .. difference.Values.Select(Shown)])], []));
            }
            else if (differences.Count > 0 && title != "Experiment")
            {
                sections.Add(new Section(title, [], [], [$"differs in {string.Join(", ", differences.Take(MostSettings).Select(difference => Safe(difference.What)))}{(differences.Count > MostSettings ? " …" : "")}"]));
            }
        }
    }

    /// <summary>What the columns are called: without the name that all have in common.</summary>
    internal static IReadOnlyList<string> Labels(Comparison comparison)
    {
        var names = comparison.Columns.SelectMany(column => column.Runs).Select(run => run.Folder.Name).Distinct().ToList();
        return [.. comparison.Columns.Select(column => Safe(names.Count == 1 && column.Runs.Count == 1 ? column.Runs[0].Folder.Id : column.Label))];
    }

    /// <summary>A figure's own words: <c>val_loss, best</c>.</summary>
    internal static string NameOf(ComparedFigure figure) => figure.Kind switch
    {
        FigureKind.Last => $"{figure.Label}, last",
        FigureKind.Best => $"{figure.Label}, best",
        _ => figure.Label,
    };

    private static string[] Row(ComparedFigure figure, int baseline)
    {
        var winner = Winner(figure);
        return [Safe(NameOf(figure)), .. figure.Values.Select((value, i) => value is null ? "" : Cell(figure, value) + Against(figure, value, i == baseline) + (i == winner ? " *" : ""))];
    }

    private static string Cell(ComparedFigure figure, ComparedValue value) =>
        Amount(figure, value.Mean) + (value.Deviation is { } deviation ? $" ± {Amount(figure, deviation)}" : "")
        + (value.Step is { } step ? string.Create(CultureInfo.InvariantCulture, $" @{step}") : "");

    private static string Against(ComparedFigure figure, ComparedValue value, bool isBaseline)
    {
        if (isBaseline || value.Difference is not { } difference || !double.IsFinite(difference))
        {
            return "";
        }

        var sign = difference > 0 ? "+" : difference < 0 ? "−" : "±";
        return $" ({sign}{(difference == 0 ? "0" : Amount(figure, Math.Abs(difference)))}{(value.IsNoise == true ? " ~" : "")})";
    }

    private static string Amount(ComparedFigure figure, double value) => figure.Kind switch
    {
        FigureKind.Seconds => Words.Time(value),
        FigureKind.Parameters or FigureKind.ExamplesPerSecond => Math.Round(value).ToString("N0", CultureInfo.InvariantCulture),
        _ => Words.Figure(value),
    };

    /// <summary>The column that did best; null where they are equal, or neither direction is better.</summary>
    private static int? Winner(ComparedFigure figure)
    {
        var known = figure.Values.Select((value, i) => (Value: value?.Mean, Column: i)).Where(value => value.Value is { } mean && double.IsFinite(mean)).ToList();
        if (figure.HigherIsBetter is not { } higher || known.Count < 2 || known.Select(value => value.Value).Distinct().Count() == 1 || figure.Kind is FigureKind.Seconds or FigureKind.ExamplesPerSecond)
        {
            return null;
        }

        return higher ? known.MaxBy(value => value.Value).Column : known.MinBy(value => value.Value).Column;
    }

    private static List<string> Models(Comparison comparison, IReadOnlyList<string> labels)
    {
        var lines = new List<string>();
        foreach (var alike in comparison.Models.GroupBy(model => string.Join('\n', model.Layers.Select(layer => layer.Words)), StringComparer.Ordinal))
        {
            var first = alike.First();
            var who = comparison.Columns.Count == 2 ? "" : $"{string.Join(", ", alike.Take(MostColumns).Select(model => labels[model.Column]))}{(alike.Count() > MostColumns ? $" and {alike.Count() - MostColumns} more" : "")}: ";
            var total = first is { ParametersBefore: { } before, ParametersAfter: { } after }
                ? string.Create(CultureInfo.InvariantCulture, $"{before:N0} → {after:N0} parameters")
                : "parameters not counted";
            lines.Add(who + total);
            lines.AddRange(first.Layers.Select(layer => "  " + Printable.Line(layer.Words, 300)));
        }

        return lines;
    }

    /// <summary>A run a row: what differs, then the figures that tell most.</summary>
    private static Section ManyRuns(Comparison comparison, IReadOnlyList<string> labels)
    {
        var settings = comparison.Settings.Take(MostSettings).ToList();
        var figures = comparison.Figures.Where(figure => figure.Kind == FigureKind.Best || figure.Kind == FigureKind.Seconds)
            .OrderByDescending(figure => figure.Label.StartsWith("val_", StringComparison.Ordinal) || figure.Label.StartsWith("evaluate/", StringComparison.Ordinal)).Take(MostColumns).ToList();
        if (figures.TrueForAll(figure => figure.Kind == FigureKind.Seconds))
        {
            figures.InsertRange(0, comparison.Figures.Where(figure => figure.Kind == FigureKind.Last).Take(MostColumns));
        }

        var rows = comparison.Columns.Select((_, i) => (IReadOnlyList<string>)
            [labels[i], .. settings.Select(setting => Shown(setting.Values[i])), .. figures.Select(figure => figure.Values[i] is { } value ? Cell(figure, value) : "")]).ToList();
        var more = comparison.Settings.Count - settings.Count;
        return new Section(
            "Runs",
            ["run", .. settings.Select(setting => Safe(setting.What[(setting.What.LastIndexOf('.') + 1)..])), .. figures.Select(figure => Safe(NameOf(figure)))],
            rows,
            more > 0 ? [$"{more} more settings differ: --csv and --json tell all."] : []);
    }

    private static string Shown(string? value) => value is null ? "–" : Printable.Line(value, LongestValue);

    private static string Safe(string text) => Printable.Line(text, 2 * LongestValue);
}

/// <summary>A part of a comparison.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Header">The names of the columns; none where there is no table.</param>
/// <param name="Rows">The table.</param>
/// <param name="Lines">What is said below it.</param>
internal sealed record Section(string Title, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<string> Lines);
