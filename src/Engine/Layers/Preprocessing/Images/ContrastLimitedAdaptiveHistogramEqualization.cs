using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
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

    /// <inheritdoc/>
    private protected override string ChangeOnnx(OnnxGraph onnx, string images, Shape shape)
    {
        if (shape[2] is not { } high || shape[3] is not { } wide)
        {
            throw onnx.Refuse("it cuts images into tiles, and their size is not known");
        }

        var range = Bounds.Of(ValueRange);
        var (rows, columns) = (TileGridSize[0], TileGridSize[1]);
        var (tileHeight, tileWidth) = ((high + rows - 1) / rows, (wide + columns - 1) / columns);
        var bytes = Gather(Gather(Pictures.WriteBytes(onnx, images, range), 2, Mirrored(high, tileHeight * rows)), 3, Mirrored(wide, tileWidth * columns));
        var pixels = onnx.Cast(onnx.Clip(bytes, 0, 255), DataType.Int64);
        var tiles = onnx.Reshape(
            onnx.Turn(onnx.Reshape(pixels, 0, 0, rows, tileHeight, columns, tileWidth), 0, 1, 2, 4, 3, 5), 0, 0, rows, columns, tileHeight * tileWidth);
        var tables = onnx.Reshape(Gather(Gather(WriteTables(onnx, tiles, tileHeight * tileWidth), 2, Doubled(rows)), 3, Doubled(columns)), 0, 0, -1);
        var (top, down) = Tiles(tileHeight * rows, tileHeight);
        var (left, right) = Tiles(tileWidth * columns, tileWidth);
        var (across, along) = (onnx.Fixed("across", right), onnx.Fixed("along", down.view(-1, 1)));
        var result = Blend(Blend(Mapped(top, left), Mapped(top, left + 1), across), Blend(Mapped(top + 1, left), Mapped(top + 1, left + 1), across), along);
        return Pictures.WriteFromBytes(onnx, onnx.Slice(onnx.Slice(result, 2, 0, high), 3, 0, wide), range);

        string Gather(string x, long axis, Tensor places) => onnx.Add("Gather", [x, onnx.Fixed("places", places)], ("axis", axis));

        string Blend(string from, string to, string weight) => onnx.Plus(from, onnx.Times(weight, onnx.Add("Sub", [to, from])));

        string Mapped(Tensor row, Tensor column)
        {
            var tile = (row.clamp(0, rows + 1).view(-1, 1) * (columns + 2)) + column.clamp(0, columns + 1);
            var places = onnx.Reshape(onnx.Plus(pixels, onnx.Fixed("tile", tile * 256)), 0, 0, -1);
            return onnx.Reshape(onnx.Add("GatherElements", [tables, places], ("axis", 2L)), 0, 0, tileHeight * rows, tileWidth * columns);
        }
    }

    /// <summary>Says in ONNX what each value of a pixel becomes in each tile.</summary>
    private string WriteTables(OnnxGraph onnx, string tiles, long size)
    {
        var room = onnx.Add("Concat", [onnx.ShapeOf(tiles, 0, 4), onnx.Whole(256)], ("axis", 0L));
        var counts = onnx.Add(
            "ScatterElements",
            [onnx.Add("Expand", [onnx.Number(0), room]), tiles, onnx.Add("Expand", [onnx.Number(1), onnx.ShapeOf(tiles)])],
            ("axis", 4L),
            ("reduction", "add"));
        if (ClipLimit > 0)
        {
            var clipped = onnx.Clip(counts, 0, ClipLimit * size / 256);
            counts = onnx.Plus(clipped, onnx.Times(onnx.Sum(onnx.Add("Sub", [counts, clipped]), keep: true, 4), 1 / 256.0));
        }

        var sums = onnx.Add("CumSum", [counts, onnx.Fixed("axis", torch.tensor(4L))]);
        var least = onnx.Add("ReduceMin", [sums], ("axes", (long[])[4]), ("keepdims", 1L));
        var rest = onnx.Add("Sub", [onnx.Number(size), least]);
        var spread = onnx.Add("Where", [onnx.Add("Equal", [rest, onnx.Number(0)]), onnx.Number(1), rest]);
        return onnx.Clip(onnx.Add("Div", [onnx.Times(onnx.Add("Sub", [sums, least]), 255), spread]), 0, 255);
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
