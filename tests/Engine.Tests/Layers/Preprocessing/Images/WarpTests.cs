using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing.Images;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing.Images;

public class WarpTests
{
    public static TheoryData<FillMode, Interpolation> Ways
    {
        get
        {
            var ways = new TheoryData<FillMode, Interpolation>();
            foreach (var mode in Enum.GetValues<FillMode>())
            {
                ways.Add(mode, Interpolation.Nearest);
                ways.Add(mode, Interpolation.Bilinear);
            }

            return ways;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void TakesPixelsAsAPlainLoopDoes(FillMode mode, Interpolation interpolation)
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 5, 4, 3);

        var moved = new Warp(interpolation, mode, 7).Affine(x.permute(0, 3, 1, 2), image => (0.813, -0.707, 1.317 + image, 0.551, 1.213, -2.107)).permute(0, 2, 3, 1);

        Pixels.AssertClose(
            Pixels.Map(x, (at, image, row, column, channel) =>
                Taken(at, image, (0.551 * column) + (1.213 * row) - 2.107, (0.813 * column) - (0.707 * row) + 1.317 + image, channel, 5, 4, mode, interpolation)),
            moved);
    }

    [Fact]
    public void RotationByAQuarterTurnsThePixels()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 6, 6, 3);

        var turned = Pixels.Through(new RandomRotation { Factor = [0.25, 0.25] }, x);

        Pixels.AssertClose(Pixels.Map(x, (at, image, row, column, channel) => at(image, column, 5 - row, channel)), turned);
    }

    [Fact]
    public void TranslationMovesTheImageDownAndToTheRight()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 4, 8, 1);

        var moved = Pixels.Through(new RandomTranslation { HeightFactor = [0.25, 0.25], WidthFactor = [0.25, 0.25], FillMode = FillMode.Constant, FillValue = 9 }, x);

        Pixels.AssertClose(
            Pixels.Map(x, (at, image, row, column, channel) => row < 1 || column < 2 ? 9 : at(image, row - 1, column - 2, channel)), moved);
    }

    [Fact]
    public void ZoomSeesMoreOrLessAroundTheMiddle()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 5, 7, 2);

        var zoomed = Pixels.Through(new RandomZoom { HeightFactor = [-0.5, -0.5], WidthFactor = [0.5, 0.5], FillMode = FillMode.Nearest }, x);

        Pixels.AssertClose(
            Pixels.Map(x, (at, image, row, column, channel) =>
                Taken(at, image, 2 + ((row - 2) * 0.5), 3 + ((column - 3) * 1.5), channel, 5, 7, FillMode.Nearest, Interpolation.Bilinear)),
            zoomed);
    }

    [Fact]
    public void ZoomWithoutAWidthKeepsProportions()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(3, 5, 7, 1);

        Pixels.AssertClose(
            Pixels.Through(new RandomZoom { HeightFactor = [0.3, 0.3], WidthFactor = [0.3, 0.3] }, x), Pixels.Through(new RandomZoom { HeightFactor = [0.3, 0.3] }, x));
    }

    [Fact]
    public void ShearSlantsRowsToOneOfBothSides()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(6, 5, 5, 1);

        var sheared = Pixels.Through(new RandomShear { XFactor = [1, 1], FillMode = FillMode.Wrap, Interpolation = Interpolation.Nearest }, x);

        for (var image = 0; image < 6; image++)
        {
            var one = sheared.narrow(0, image, 1);
            var sides = new[] { 1, -1 }.Select(side => Pixels.Map(
                x.narrow(0, image, 1), (at, i, row, column, channel) => at(i, row, (((column + (side * row)) % 5) + 5) % 5, channel)));
            Assert.Contains(sides, side => side.eq(one).all().item<bool>());
        }
    }

    [Fact]
    public void PerspectiveWithCornersThatStayLeavesTheImage()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 6, 5, 3);

        Pixels.AssertClose(x, Pixels.Through(new RandomPerspective { Factor = [1, 1], Scale = 0 }, x), 0.01);
    }

    [Fact]
    public void PerspectiveKeepsTheFirstCornerAndFillsWhatIsOutside()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(4, 9, 9, 1);

        var seen = Pixels.Through(new RandomPerspective { Factor = [1, 1], Scale = 1, FillValue = -1 }, x);

        Pixels.AssertClose(x.narrow(1, 0, 1).narrow(2, 0, 1), seen.narrow(1, 0, 1).narrow(2, 0, 1), 0.01);
        Assert.Contains(-1f, seen.data<float>().ToArray());
    }

    [Fact]
    public void ElasticTransformOfAnEvenImageIsTheImage()
    {
        using var scope = NewDisposeScope();
        var x = full([2, 20, 20, 3], 100f);

        Pixels.AssertClose(x, Pixels.Through(new RandomElasticTransform { Factor = [1, 1], Scale = [1, 1] }, x));
    }

    private static double Taken(
        Func<long, long, long, long, double> at, long image, double y, double x, long channel, long height, long width, FillMode mode, Interpolation interpolation)
    {
        if (interpolation == Interpolation.Nearest)
        {
            return Pixel((long)Math.Round(y, MidpointRounding.AwayFromZero), (long)Math.Round(x, MidpointRounding.AwayFromZero));
        }

        var (row, column) = ((long)Math.Floor(y), (long)Math.Floor(x));
        var (down, right) = (y - row, x - column);
        return ((1 - down) * (((1 - right) * Pixel(row, column)) + (right * Pixel(row, column + 1))))
            + (down * (((1 - right) * Pixel(row + 1, column)) + (right * Pixel(row + 1, column + 1))));

        double Pixel(long row, long column) => Inside(row, height, mode) is { } r && Inside(column, width, mode) is { } c ? at(image, r, c, channel) : 7;
    }

    /// <summary>Where a place beyond the borders lies inside, step by step.</summary>
    private static long? Inside(long place, long length, FillMode mode)
    {
        while (place < 0 || place >= length)
        {
            switch (mode)
            {
                case FillMode.Constant: return null;
                case FillMode.Nearest: return Math.Clamp(place, 0, length - 1);
                case FillMode.Wrap: place += place < 0 ? length : -length; break;
                case FillMode.Mirror: place = place < 0 ? -place : (2 * (length - 1)) - place; break;
                default: place = place < 0 ? -1 - place : (2 * length) - 1 - place; break;
            }
        }

        return place;
    }
}
