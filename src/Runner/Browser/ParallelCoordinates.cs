using System.Globalization;
using ExperimentRunner.Runner.Reporting.Pages;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Browser;

/// <summary>Runs as lines over upright axes: what differs in their settings, then what they reached.</summary>
internal static class ParallelCoordinates
{
    private const int Width = 1000, Height = 260, Top = 34, Bottom = 20, Side = 90;
    private const int MostAxes = 8, MostFigures = 2;

    /// <summary>The picture as SVG; empty where nothing differs.</summary>
    internal static Html Draw(IReadOnlyList<RunSummary> runs)
    {
        var axes = AxesOf(runs);
        if (runs.Count < 2 || axes.Count < 2)
        {
            return Html.Empty;
        }

        double X(int axis) => Side + ((Width - (2.0 * Side)) * axis / (axes.Count - 1));
        var lines = runs.Select((run, i) =>
        {
            var points = axes.Select((axis, at) => axis.PlaceOf(i) is { } place ? string.Create(CultureInfo.InvariantCulture, $"{X(at):0.#},{Y(place):0.#}") : null).OfType<string>();
            return Html.Of($"""<polyline class="run c{i % 10}" points="{string.Join(' ', points)}"><title>{run.Name}</title></polyline>""");
        });
        var uprights = axes.Select((axis, at) => Html.Of($"""
            <g><line class="axis" x1="{X(at):0.#}" x2="{X(at):0.#}" y1="{Top}" y2="{Height - Bottom}"/><text class="title" x="{X(at):0.#}" y="16"><title>{axis.Name}</title>{Short(axis.Name)}</text>{axis.Marks().Select(mark => Html.Of($"""<text x="{X(at) + 6:0.#}" y="{Y(mark.Place) + 4:0.#}">{mark.Text}</text>"""))}</g>
            """));
        return Html.Of($"""<svg class="parallel" viewBox="0 0 {Width} {Height}" role="img" aria-label="Settings and figures of {runs.Count} runs">{lines}{uprights}</svg>""");
    }

    private static double Y(double place) => Height - Bottom - ((Height - Top - Bottom) * place);

    private static string Short(string name)
    {
        var parts = name.Split('.');
        var text = parts.Length > 2 ? string.Join('.', parts[^2..]) : name;
        return text.Length <= 22 ? text : "…" + text[^21..];
    }

    private static List<Axis> AxesOf(IReadOnlyList<RunSummary> runs)
    {
        var settings = runs.Select(run => run.Settings.All.DistinctBy(setting => setting.Path).ToDictionary(setting => setting.Path, setting => setting.Value, StringComparer.Ordinal)).ToList();
        var differing = settings.SelectMany(one => one.Keys).Distinct().Where(path => path != "name" && settings.Select(one => one.GetValueOrDefault(path)).Distinct().Count() > 1)
            .Take(MostAxes).Select(path => new Axis(path, [.. settings.Select(one => one.GetValueOrDefault(path))]));
        var figures = runs.SelectMany(run => run.Series.Select(series => series.Label)).Where(label => !label.EndsWith("global_step", StringComparison.Ordinal)).CountBy(label => label)
            .OrderByDescending(pair => pair.Value).ThenByDescending(pair => pair.Key.StartsWith("val_", StringComparison.Ordinal) || pair.Key.StartsWith("evaluate/", StringComparison.Ordinal)).Take(MostFigures)
            .Select(pair => new Axis($"best {pair.Key}", [.. runs.Select(run => run.Series.FirstOrDefault(series => series.Label == pair.Key) is { } series
                ? (Direction.HigherIsBetter(pair.Key) ? series.Max : series.Min).ToString("R", CultureInfo.InvariantCulture) : null)]));
        return [.. differing, .. figures];
    }

    /// <summary>An axis: of numbers from the least to the greatest, else of words in their order.</summary>
    private sealed class Axis
    {
        private readonly IReadOnlyList<string?> _values;
        private readonly double?[] _numbers;
        private readonly List<string> _words;
        private readonly bool _isNumeric;
        private readonly double _least, _greatest;

        internal Axis(string name, IReadOnlyList<string?> values)
        {
            (Name, _values) = (name, values);
            _numbers = [.. values.Select(value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : (double?)null)];
            _isNumeric = values.Zip(_numbers).All(pair => pair.First is null || pair.Second is not null) && _numbers.Any(number => number is not null);
            _words = [.. values.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
            (_least, _greatest) = _isNumeric ? (_numbers.Min()!.Value, _numbers.Max()!.Value) : (0, 0);
        }

        internal string Name { get; }

        internal double? PlaceOf(int run) => _values[run] is not { } value ? null
            : _isNumeric ? _greatest > _least ? (_numbers[run]!.Value - _least) / (_greatest - _least) : 0.5
            : _words.Count > 1 ? (double)_words.IndexOf(value) / (_words.Count - 1) : 0.5;

        internal IEnumerable<(double Place, string Text)> Marks() => _isNumeric
            ? _greatest > _least ? [(0, Reporting.Words.Figure(_least)), (1, Reporting.Words.Figure(_greatest))] : [(0.5, Reporting.Words.Figure(_least))]
            : _words.Count > 8 ? [] : _words.Select((word, i) => (_words.Count > 1 ? (double)i / (_words.Count - 1) : 0.5, word.Length <= 16 ? word : word[..15] + "…"));
    }
}
