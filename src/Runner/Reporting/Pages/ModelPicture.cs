using System.Globalization;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Runs.Comparing;

namespace ExperimentRunner.Runner.Reporting.Pages;

/// <summary>A model as a picture: its calls from top to bottom, each with layer, shape and parameters, joined as data flow.</summary>
internal static class ModelPicture
{
    private const int MostLayers = 500; // of more, a picture says nothing
    private const int NarrowestBox = 160, LongestName = 24, BoxHeight = 48, LineWidth = 18, Gap = 22, RowHeight = BoxHeight + 26, Margin = 10;

    /// <summary>The picture as SVG; empty where the model is too large for one.</summary>
    /// <param name="model">The model. A model in it is one box.</param>
    /// <param name="changes">What is to be marked: layers that are changed or new, by name.</param>
    internal static Html Draw(RunModel model, IReadOnlyDictionary<string, LayerChange>? changes = null)
    {
        var layers = Outer(model);
        if (layers.Count is 0 or > MostLayers)
        {
            return Html.Empty;
        }

        var rows = RowsOf(layers);
        var width = rows.Max(WidthOf) + (2 * Margin);
        var places = new Dictionary<Spot, (double X, double Y)>();
        for (var i = 0; i < rows.Count; i++)
        {
            var x = (width - WidthOf(rows[i])) / 2.0;
            foreach (var spot in rows[i])
            {
                places[spot] = (x + (spot.Width / 2.0), Margin + (i * RowHeight));
                x += spot.Width + Gap;
            }
        }

        var height = (rows.Count * RowHeight) - RowHeight + BoxHeight + (2 * Margin);
        var lines = rows.SelectMany(row => row).SelectMany(spot => spot.Above.Select(above => Line(places[above], places[spot], above.Layer is null, spot.Layer is null)));
        var boxes = rows.SelectMany(row => row).Where(spot => spot.Layer is not null).Select(spot => Box(spot.Layer!, spot.Width, places[spot], changes));
        return Html.Of($"""<svg class="model" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="The model's layers">{lines}{boxes}</svg>""");
    }

    /// <summary>The table of layers.</summary>
    internal static Html Table(RunModel model)
    {
        var rows = model.Layers.Select(layer => Html.Of($"""
            <tr><td>{layer.Name}</td><td>{layer.Class}</td><td>{layer.Shape}</td><td class="number">{(layer.IsShared ? "shared" : Number(layer.Parameters))}</td><td>{string.Join(", ", layer.Inputs)}</td></tr>
            """));
        var trainable = model.Layers.All(layer => layer.Trainable is not null) ? $", {Number(model.Layers.Sum(layer => layer.Trainable))} of them trainable" : "";
        return Html.Of($"""
            <p>{(model.Parameters is { } all ? $"{Number(all)} parameters{trainable}." : "The parameters were not counted.")}</p>
            <details><summary>Layers as a table</summary><div class="wide"><table><thead><tr><th>Layer</th><th>Kind</th><th>Output shape</th><th class="number">Parameters</th><th>Connected to</th></tr></thead><tbody>{rows}</tbody></table></div></details>
            """);
    }

    private static string Number(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    /// <summary>The layers without those of models within; such a model has the parameters of its layers.</summary>
    private static List<RunLayer> Outer(RunModel model) =>
        [.. model.Layers.Where(layer => !layer.Name.Contains('/', StringComparison.Ordinal)).Select(layer => model.Layers.Any(inner => inner.Name.StartsWith(layer.Name + "/", StringComparison.Ordinal))
            ? layer with { Parameters = model.Layers.Where(inner => inner.Name.StartsWith(layer.Name + "/", StringComparison.Ordinal)).Sum(inner => inner.Parameters) }
            : layer)];

    /// <summary>The calls by the longest way from an input; where a line passes a row, it has a spot of its own there.</summary>
    private static List<List<Spot>> RowsOf(IReadOnlyList<RunLayer> layers)
    {
        var (spots, rows) = (new Dictionary<string, (Spot Spot, int Row)>(StringComparer.Ordinal), new List<List<Spot>>());
        foreach (var layer in layers)
        {
            var above = layer.Inputs.Select(input => spots.ContainsKey(input) ? input : input[..Math.Max(0, input.LastIndexOf('.'))]).Distinct().Where(spots.ContainsKey).ToList();
            var row = above.Count == 0 ? 0 : above.Max(other => spots[other].Row) + 1;
            while (rows.Count <= row)
            {
                rows.Add([]);
            }

            var spot = new Spot(layer, BoxWidth(layer));
            foreach (var other in above)
            {
                var (from, at) = spots[other];
                while (++at < row)
                {
                    var passing = new Spot(null, LineWidth);
                    passing.Above.Add(from);
                    rows[at].Add(passing);
                    from = passing;
                }

                spot.Above.Add(from);
            }

            rows[row].Add(spot);
            spots[layer.Name] = (spot, row);
        }

        foreach (var (row, before) in rows.Skip(1).Zip(rows)) // each near the middle of what is above it
        {
            var order = before.Select((spot, i) => (spot, i)).ToDictionary(pair => pair.spot, pair => (double)pair.i / before.Count);
            var sorted = row.OrderBy(spot => spot.Above.Count == 0 ? 1 : spot.Above.Average(above => order.GetValueOrDefault(above, 0.5))).ToList();
            row.Clear();
            row.AddRange(sorted);
        }

        return rows;
    }

    private static int WidthOf(List<Spot> row) => row.Sum(spot => spot.Width) + (Gap * (row.Count - 1));

    private static Html Line((double X, double Y) above, (double X, double Y) below, bool fromPassing, bool toPassing)
    {
        var (top, bottom) = (above.Y + (fromPassing ? BoxHeight / 2 : BoxHeight), below.Y + (toPassing ? BoxHeight / 2 : 0));
        var middle = (top + bottom) / 2;
        return Html.Of($"""<path class="flow" d="M{above.X:0.#} {top:0.#}C{above.X:0.#} {middle:0.#} {below.X:0.#} {middle:0.#} {below.X:0.#} {bottom:0.#}"/>""");
    }

    private static Html Box(RunLayer layer, int width, (double X, double Y) at, IReadOnlyDictionary<string, LayerChange>? changes)
    {
        var mark = changes is not null && changes.TryGetValue(layer.Name, out var change) ? change == LayerChange.Added ? " new" : " changed" : "";
        var kind = (layer.Inputs.Count == 0 && layer.Class.StartsWith("Input", StringComparison.Ordinal) ? "input" : layer.Parameters > 0 ? "weights" : "plain") + mark;
        var second = layer.Shape + (layer.Parameters > 0 ? $"  ·  {Number(layer.Parameters)}" : "");
        return Html.Of($"""
            <g class="layer {kind}"><title>{layer.Name} ({layer.Class}) {layer.Shape} {Number(layer.Parameters)} parameters</title><rect x="{at.X - (width / 2.0):0.#}" y="{at.Y:0.#}" width="{width}" height="{BoxHeight}" rx="6"/><text x="{at.X:0.#}" y="{at.Y + 20:0.#}"><tspan class="name">{Short(layer.Name, LongestName)}</tspan> <tspan class="kind">{Short(layer.Class, LongestName)}</tspan></text><text class="shape" x="{at.X:0.#}" y="{at.Y + 38:0.#}">{Short(second, 36)}</text></g>
            """);
    }

    /// <summary>How wide a box is that holds the layer's name, in bold, and its class, or its shape.</summary>
    private static int BoxWidth(RunLayer layer) => Math.Max(
        NarrowestBox, 24 + Math.Max((Math.Min(layer.Name.Length, LongestName) * 8) + (Math.Min(layer.Class.Length, LongestName) * 7), Math.Min(36, layer.Shape.Length + 14) * 6));

    private static string Short(string text, int longest) => text.Length <= longest ? text : text[..(longest - 1)] + "…";

    /// <summary>A place in a row: a call's, or that of a line passing by.</summary>
    private sealed class Spot(RunLayer? layer, int width)
    {
        internal RunLayer? Layer { get; } = layer;

        internal int Width { get; } = width;

        internal List<Spot> Above { get; } = [];
    }
}
