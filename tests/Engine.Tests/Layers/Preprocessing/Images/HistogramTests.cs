using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing.Images;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing.Images;

public class HistogramTests
{
    [Fact]
    public void EqualizationGivesAValueTheShareOfThoseUpToIt()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(3, 6, 5, 1, greatest: 90).floor();

        var y = Pixels.Through(new Equalization(), x);

        var values = x.data<float>().ToArray();
        var least = values.Count(value => value == values.Min());
        Pixels.AssertClose(
            Pixels.Map(x, (at, i, r, c, k) => Math.Round((values.Count(value => value <= at(i, r, c, k)) - least) * 255.0 / (values.Length - least))), y, 0);
    }

    [Fact]
    public void EqualizationLeavesAnEvenChannelAndWorksInTrainingOnly()
    {
        using var scope = NewDisposeScope();
        var (even, x) = (full([2, 3, 3, 1], 40f), Pixels.Of(2, 3, 3, 1));

        Pixels.AssertClose(even, Pixels.Through(new Equalization(), even), 0);
        Pixels.AssertClose(x, Pixels.Through(new Equalization(), x, training: false), 0);
    }

    [Theory, InlineData(4.0), InlineData(0.0)]
    public void TilesAreEqualizedByThemselvesAndBlendedBetweenTheirMiddles(double limit)
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 10, 7, 2); // tiles of 4 × 3, mirrored beyond the borders

        var y = Pixels.Through(new ContrastLimitedAdaptiveHistogramEqualization { TileGridSize = [3, 3], ClipLimit = limit }, x, training: false);

        var tables = new Dictionary<(long Image, long Row, long Column, long Channel), double[]>();
        Pixels.AssertClose(
            Pixels.Map(x, (at, image, row, column, channel) =>
            {
                var (down, right) = ((row - 2.0) / 4, (column - 1.5) / 3);
                var (top, left) = ((long)Math.Floor(down), (long)Math.Floor(right));
                var (below, beside) = (down - top, right - left);
                return ((1 - below) * (((1 - beside) * Value(top, left)) + (beside * Value(top, left + 1))))
                    + (below * (((1 - beside) * Value(top + 1, left)) + (beside * Value(top + 1, left + 1))));

                double Value(long tileRow, long tileColumn)
                {
                    var tile = (image, Math.Clamp(tileRow, 0, 2), Math.Clamp(tileColumn, 0, 2), channel);
                    if (!tables.TryGetValue(tile, out var table))
                    {
                        tables[tile] = table = Table(at, tile.image, tile.Item2, tile.Item3, channel, limit);
                    }

                    return table[(int)at(image, row, column, channel)];
                }
            }),
            y,
            0.01);
    }

    private static double[] Table(Func<long, long, long, long, double> at, long image, long tileRow, long tileColumn, long channel, double limit)
    {
        var counts = new double[256];
        for (var row = tileRow * 4; row < (tileRow + 1) * 4; row++)
        {
            for (var column = tileColumn * 3; column < (tileColumn + 1) * 3; column++)
            {
                counts[(int)at(image, row < 10 ? row : 19 - row, column < 7 ? column : 13 - column, channel)]++;
            }
        }

        if (limit > 0)
        {
            var most = limit * 12 / 256;
            var rest = counts.Sum(count => Math.Max(count - most, 0)) / 256;
            counts = Array.ConvertAll(counts, count => Math.Min(count, most) + rest);
        }

        var sums = counts.Select((_, value) => counts[..(value + 1)].Sum()).ToArray();
        return Array.ConvertAll(sums, sum => Math.Clamp((sum - sums[0]) * 255 / (12 - sums[0]), 0, 255));
    }
}
