using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Runner.Reporting.Pages;

/// <summary>A model as a picture: its calls from top to bottom, each with layer, shape and parameters, joined as data flow.</summary>
internal static class ModelPicture
{
    private const int MostNodes = 500; // of more, a picture says nothing
    private const int BoxWidth = 230, BoxHeight = 48, LineWidth = 18, Gap = 22, RowHeight = BoxHeight + 26, Margin = 10;

    /// <summary>The picture as SVG; empty where the model is too large for one.</summary>
    internal static Html Draw(Model model)
    {
        if (model.Graph.Nodes.Count is 0 or > MostNodes)
        {
            return Html.Empty;
        }

        var rows = RowsOf(model.Graph);
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

        var weights = model.Module.Children.ToDictionary(child => child.Key, child => child.Value.AllWeights.Sum(weight => weight.Count), StringComparer.Ordinal);
        var height = (rows.Count * RowHeight) - RowHeight + BoxHeight + (2 * Margin);
        var lines = rows.SelectMany(row => row).SelectMany(spot => spot.Above.Select(above => Line(places[above], places[spot], above.Node is null, spot.Node is null)));
        var boxes = rows.SelectMany(row => row).Where(spot => spot.Node is not null).Select(spot => Box(model.Graph, spot.Node!, weights, places[spot]));
        return Html.Of($"""<svg class="model" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="The model {model.Name}">{lines}{boxes}</svg>""");
    }

    /// <summary>The table of layers.</summary>
    internal static Html Table(Model model)
    {
        var weights = model.Module.Children.ToDictionary(child => child.Key, child => child.Value.AllWeights.Sum(weight => weight.Count), StringComparer.Ordinal);
        var seen = new HashSet<GraphLayer>();
        var rows = model.Graph.Nodes.Select(node => Html.Of($"""
            <tr><td>{node.Name}</td><td>{TypeOf(node)}</td><td>{string.Join(", ", node.Outputs)}</td><td class="number">{(seen.Add(node.Layer) ? Number(weights.GetValueOrDefault(node.Layer.Name)) : "shared")}</td><td>{string.Join(", ", node.Inputs.Select(input => input.Name))}</td></tr>
            """));
        var (all, trainable) = (model.Weights.Sum(weight => weight.Count), model.Weights.Where(weight => weight.Trainable).Sum(weight => weight.Count));
        return Html.Of($"""
            <p>{Number(all)} parameters, {Number(trainable)} of them trainable.</p>
            <details><summary>Layers as a table</summary><div class="wide"><table><thead><tr><th>Layer</th><th>Kind</th><th>Output shape</th><th>Parameters</th><th>Connected to</th></tr></thead><tbody>{rows}</tbody></table></div></details>
            """);
    }

    private static string TypeOf(GraphNode node) => Catalog.NameOf(node.Layer.Definition.GetType());

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The calls by the longest way from an input; where a line passes a row, it has a spot of its own there.</summary>
    private static List<List<Spot>> RowsOf(Graph graph)
    {
        var (spots, rows) = (new Dictionary<GraphNode, (Spot Spot, int Row)>(), new List<List<Spot>>());
        foreach (var node in graph.Nodes)
        {
            var above = node.Inputs.Select(input => input.Node).Distinct().Where(spots.ContainsKey).ToList();
            var row = above.Count == 0 ? 0 : above.Max(other => spots[other].Row) + 1;
            while (rows.Count <= row)
            {
                rows.Add([]);
            }

            var spot = new Spot(node, BoxWidth);
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
            spots[node] = (spot, row);
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

    private static Html Box(Graph graph, GraphNode node, Dictionary<string, long> weights, (double X, double Y) at)
    {
        var count = weights.GetValueOrDefault(node.Layer.Name);
        var kind = graph.Inputs.Any(port => port.Tensor.Node == node) ? "input" : count > 0 ? "weights" : "plain";
        var second = string.Join(", ", node.Outputs) + (count > 0 ? $"  ·  {Number(count)}" : "");
        return Html.Of($"""
            <g class="layer {kind}"><title>{node.Name} ({TypeOf(node)}) {string.Join(", ", node.Outputs)} {Number(count)} parameters</title><rect x="{at.X - (BoxWidth / 2):0.#}" y="{at.Y:0.#}" width="{BoxWidth}" height="{BoxHeight}" rx="6"/><text x="{at.X:0.#}" y="{at.Y + 20:0.#}"><tspan class="name">{Short(node.Name, 20)}</tspan> <tspan class="kind">{Short(TypeOf(node), 16)}</tspan></text><text class="shape" x="{at.X:0.#}" y="{at.Y + 38:0.#}">{Short(second, 36)}</text></g>
            """);
    }

    private static string Short(string text, int longest) => text.Length <= longest ? text : text[..(longest - 1)] + "…";

    /// <summary>A place in a row: a call's, or that of a line passing by.</summary>
    private sealed class Spot(GraphNode? node, int width)
    {
        internal GraphNode? Node { get; } = node;

        internal int Width { get; } = width;

        internal List<Spot> Above { get; } = [];
    }
}
