using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>Spreads the values of each part of an image so that all are about as frequent, but no contrast grows beyond a limit.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// An image is cut into tiles; each pixel is changed as the four tiles around it say, the nearer ones more.
/// Source: Keras 3, <c>keras.layers.ContrastLimitedAdaptiveHistogramEqualization</c>.
/// </remarks>
/// <example>ContrastLimitedAdaptiveHistogramEqualization: { tile_grid_size: [2, 2] }</example>
[KerasName("ContrastLimitedAdaptiveHistogramEqualization")]
public sealed record ContrastLimitedAdaptiveHistogramEqualization : ImageLayer
{
    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <summary>How many times the mean a value's frequency counts at most; 0 or less is no limit.</summary>
    public double ClipLimit { get; init; } = 4;

    /// <summary>How many tiles there are along each axis.</summary>
    [PerAxis(2), AtLeast(1)]
    public IReadOnlyList<int> TileGridSize { get; init; } = [8, 8];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. Bounds.Mistakes(ValueRange)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var range = Bounds.Of(ValueRange);
        var (high, wide) = (images.shape[2], images.shape[3]);
        var (rows, columns) = (TileGridSize[0], TileGridSize[1]);
        var (tileHeight, tileWidth) = ((high + rows - 1) / rows, (wide + columns - 1) / columns);
        var bytes = Pictures.ToBytes(images, range).index_select(2, Mirrored(high, tileHeight * rows)).index_select(3, Mirrored(wide, tileWidth * columns));
        var pixels = bytes.clamp(0, 255).to_type(ScalarType.Int64);
        var (batch, channels) = (pixels.shape[0], pixels.shape[1]);
        var tiles = pixels.view(batch, channels, rows, tileHeight, columns, tileWidth).permute(0, 1, 2, 4, 3, 5)
            .reshape(batch, channels, rows, columns, tileHeight * tileWidth);
        var tables = Tables(tiles).index_select(2, Doubled(rows)).index_select(3, Doubled(columns))
            .reshape(batch, channels, -1); // [batch, channels, (rows + 2) · (columns + 2) · 256]
        var (top, down) = Tiles(tileHeight * rows, tileHeight);
        var (left, right) = Tiles(tileWidth * columns, tileWidth);
        var above = Pictures.Blend(Mapped(top, left), Mapped(top, left + 1), right);
        var below = Pictures.Blend(Mapped(top + 1, left), Mapped(top + 1, left + 1), right);
        var result = Pictures.Blend(above, below, down.view(-1, 1)).narrow(2, 0, high).narrow(3, 0, wide);
        return Pictures.FromBytes(result, range);

        Tensor Mapped(Tensor row, Tensor column)
        {
            var tile = (row.clamp(0, rows + 1).view(-1, 1) * (columns + 2)) + column.clamp(0, columns + 1);
            return tables.gather(2, ((tile * 256) + pixels).view(batch, channels, -1)).view(pixels.shape);
        }
    }

    /// <summary>What each value of a pixel becomes in each tile.</summary>
    private Tensor Tables(Tensor tiles)
    {
        var size = tiles.shape[^1];
        var counts = zeros([.. tiles.shape[..^1], 256]).scatter_add(-1, tiles, ones_like(tiles, ScalarType.Float32));
        if (ClipLimit > 0)
        {
            var clipped = counts.clamp(0, ClipLimit * size / 256);
            counts = clipped + ((counts - clipped).sum(-1, keepdim: true) / 256);
        }

        var sums = counts.cumsum(-1);
        var least = sums.amin([-1], keepdim: true);
        var rest = size - least;
        return ((sums - least) * 255 / where(rest == 0, ones(1), rest)).clamp(0, 255);
    }

    /// <summary>The tile above or left of each pixel, and how far it is from there to the next.</summary>
    private static (Tensor Tile, Tensor Share) Tiles(long length, long tile)
    {
        var places = ((arange(length, ScalarType.Float32) - (tile / 2.0)) / tile) + 1;
        var first = places.floor();
        return (first.to_type(ScalarType.Int64), places - first);
    }

    /// <summary>The pixels of an axis made longer: beyond its end it is mirrored.</summary>
    private static Tensor Mirrored(long length, long longer)
    {
        var places = new long[longer];
        for (var i = 0L; i < longer; i++)
        {
            var around = i % (2 * length);
            places[i] = Math.Min(around, (2 * length) - 1 - around);
        }

        return tensor(places);
    }

    /// <summary>The tiles of an axis, the first and the last twice.</summary>
    private static Tensor Doubled(int count) => tensor(Enumerable.Range(-1, count + 2).Select(tile => (long)Math.Clamp(tile, 0, count - 1)).ToArray());
}
