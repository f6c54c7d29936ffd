using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing.Images;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing.Images;

public class ImageSizeTests
{
    [Theory]
    [InlineData(Interpolation.Bilinear, false)]
    [InlineData(Interpolation.Bicubic, false)]
    [InlineData(Interpolation.Lanczos3, false)]
    [InlineData(Interpolation.Lanczos5, false)]
    [InlineData(Interpolation.Bilinear, true)]
    [InlineData(Interpolation.Lanczos5, true)]
    public void ResizingWeighsPixelsByTheirDistance(Interpolation interpolation, bool antialias)
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 9, 11, 2);

        var y = Pixels.Through(new Resizing { Height = 5, Width = 14, Interpolation = interpolation, Antialias = antialias }, x);

        Pixels.AssertClose(
            Pixels.Map(zeros(2, 5, 14, 2), (_, image, row, column, channel) =>
            {
                var (sum, weights) = (0.0, 0.0);
                for (var r = 0; r < 9; r++)
                {
                    for (var c = 0; c < 11; c++)
                    {
                        var weight = Weight(row, r, 9.0 / 5) * Weight(column, c, 11.0 / 14);
                        weights += weight;
                        sum += weight * x[image, r, c, channel].item<float>();
                    }
                }

                return sum / weights;
            }),
            y,
            0.01);

        double Weight(long made, int given, double step)
        {
            var distance = Math.Abs(((made + 0.5) * step) - 0.5 - given) / (antialias ? Math.Max(step, 1) : 1);
            return interpolation switch
            {
                Interpolation.Bilinear => Math.Max(0, 1 - distance),
                Interpolation.Bicubic => distance < 1 ? (1.5 * Math.Pow(distance, 3)) - (2.5 * Math.Pow(distance, 2)) + 1
                    : distance < 2 ? (-0.5 * Math.Pow(distance, 3)) + (2.5 * Math.Pow(distance, 2)) - (4 * distance) + 2 : 0,
                Interpolation.Lanczos3 => distance < 3 ? Sinc(distance) * Sinc(distance / 3) : 0,
                _ => distance < 5 ? Sinc(distance) * Sinc(distance / 5) : 0,
            };
        }
    }

    [Fact]
    public void ResizingOfWholeNumbersGivesWholeNumbers()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 4, 4, 3).to_type(ScalarType.Byte);

        var y = Pixels.Through(new Resizing { Height = 7, Width = 3 }, x);

        Assert.Equal(ScalarType.Byte, y.dtype);
        Pixels.AssertClose(Pixels.Through(new Resizing { Height = 7, Width = 3 }, x.to_type(ScalarType.Float32)).round(), y.to_type(ScalarType.Float32), 0);
    }

    [Fact]
    public void ResizingMayCutTheMiddleOutToKeepProportions()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(1, 4, 9, 1);

        var y = Pixels.Through(new Resizing { Height = 8, Width = 8, CropToAspectRatio = true }, x);

        Pixels.AssertClose(Pixels.Through(new Resizing { Height = 8, Width = 8 }, x.narrow(2, 2, 4)), y);
    }

    [Fact]
    public void ResizingMayPadBothSidesToKeepProportions()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(1, 4, 8, 1);

        var y = Pixels.Through(new Resizing { Height = 8, Width = 8, PadToAspectRatio = true, FillValue = 3 }, x);

        Pixels.AssertClose(Pixels.Map(zeros(1, 8, 8, 1), (_, i, r, c, k) => r is < 2 or > 5 ? 3 : x[i, r - 2, c, k].item<float>()), y);
    }

    [Fact]
    public void CenterCropCutsTheMiddleAndStretchesWhatIsTooSmall()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 7, 8, 3);

        Pixels.AssertClose(x.narrow(1, 2, 3).narrow(2, 2, 4), Pixels.Through(new CenterCrop { Height = 3, Width = 4 }, x));
        Pixels.AssertClose(
            Pixels.Through(new Resizing { Height = 10, Width = 5, CropToAspectRatio = true }, x), Pixels.Through(new CenterCrop { Height = 10, Width = 5 }, x));
    }

    [Fact]
    public void RandomCropCutsAPartThatIsInTheImage()
    {
        using var scope = NewDisposeScope();
        var x = arange(20 * 30, ScalarType.Float32).view(1, 20, 30, 1);
        var corners = new HashSet<float>();
        for (ulong seed = 0; seed < 20; seed++)
        {
            var y = Pixels.Through(new RandomCrop { Height = 5, Width = 6 }, x, seed: seed);
            var corner = y[0, 0, 0, 0].item<float>();
            Pixels.AssertClose(Pixels.Map(y, (_, i, r, c, k) => corner + (30 * r) + c), y, 0);
            corners.Add(corner);
        }

        Assert.True(corners.Count > 10);
    }

    [Fact]
    public void RandomCropStretchesWhatIsTooSmall()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 4, 4, 1);

        Pixels.AssertClose(Pixels.Through(new Resizing { Height = 8, Width = 8 }, x), Pixels.Through(new RandomCrop { Height = 8, Width = 8 }, x));
    }

    private static double Sinc(double x) => x < 1e-9 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
