using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing.Images;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing.Images;

/// <summary>Layers whose draws are fixed by a factor of two equal numbers, against what a plain loop computes.</summary>
public class ColorTests
{
    private static readonly Func<Func<long, long, long, long, double>, long, long, long, double> Gray =
        (at, image, row, column) => (0.2989 * at(image, row, column, 0)) + (0.587 * at(image, row, column, 1)) + (0.114 * at(image, row, column, 2));

    [Fact]
    public void BrightnessAddsAFractionOfTheRange() => AssertMaps(
        new RandomBrightness { Factor = [0.2, 0.2] }, (at, i, r, c, k) => Math.Clamp(at(i, r, c, k) + 51, 0, 255));

    [Fact]
    public void ContrastFactorLiesBetweenOneLessAndOneMore()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(8, 4, 4, 2, greatest: 10) + 120;

        var y = Pixels.Through(new RandomContrast { Factor = [0.25, 0.5] }, x);

        var mean = x.mean([1, 2], keepdim: true);
        var factors = ((y - mean) / (x - mean)).mean([1, 2, 3]);
        Pixels.AssertClose(mean + ((x - mean) * factors.view(-1, 1, 1, 1)), y, 0.01);
        Assert.All(factors.data<float>().ToArray(), factor => Assert.InRange(factor, 0.74f, 1.51f));
        Assert.Distinct(factors.data<float>().ToArray());
    }

    [Fact]
    public void ColorDegenerationGoesTowardsGray() => AssertMaps(
        new RandomColorDegeneration { Factor = [0.25, 0.25] },
        (at, i, r, c, k) => at(i, r, c, k) + (0.25 * (Gray(at, i, r, c) - at(i, r, c, k))));

    [Fact]
    public void GrayscaleMakesEveryChannelGray() => AssertMaps(new RandomGrayscale { Factor = 1 }, (at, i, r, c, k) => Gray(at, i, r, c));

    [Fact]
    public void InvertTurnsValuesAround() => AssertMaps(new RandomInvert { Factor = [1, 1] }, (at, i, r, c, k) => 255 - at(i, r, c, k));

    [Theory, InlineData(1), InlineData(3), InlineData(8)]
    public void PosterizationKeepsTheFirstBits(int bits) => AssertMaps(
        new RandomPosterization { Factor = [bits, bits] }, (at, i, r, c, k) => ((int)at(i, r, c, k) >> (8 - bits)) << (8 - bits));

    [Fact]
    public void SolarizationTurnsBrightValuesAround()
    {
        AssertMaps(new Solarization(), (at, i, r, c, k) => 255 - at(i, r, c, k)); // nothing is below a threshold of 0
    }

    [Fact]
    public void SolarizationLeavesWhatIsBelowTheThresholdOfItsImage()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(6, 5, 6, 3);

        var y = Pixels.Through(new Solarization { ThresholdFactor = [1] }, x);

        for (var image = 0; image < 6; image++)
        {
            var (was, now) = (x[image].data<float>().ToArray(), y[image].data<float>().ToArray());
            var kept = was.Where((value, i) => value == now[i]).DefaultIfEmpty(0).Max();
            Assert.All(was.Zip(now), pair => Assert.Equal(pair.First <= kept ? pair.First : 255 - pair.First, pair.Second));
        }
    }

    [Fact]
    public void SharpnessBlendsWithTheMeanOfNeighbors() => AssertMaps(
        new RandomSharpness { Factor = [0.25, 0.25] },
        (at, i, r, c, k) =>
        {
            var smooth = 0.0;
            for (var row = Math.Max(r - 1, 0); row <= Math.Min(r + 1, 4); row++)
            {
                for (var column = Math.Max(c - 1, 0); column <= Math.Min(c + 1, 5); column++)
                {
                    smooth += at(i, row, column, k) * (row == r && column == c ? 5 : 1) / 13;
                }
            }

            return at(i, r, c, k) + (0.5 * (smooth - at(i, r, c, k)));
        });

    [Fact]
    public void BlurWeighsNeighborsByTheNormalDistribution() => AssertMaps(
        new RandomGaussianBlur { Factor = [1, 1], KernelSize = [5, 3], Sigma = [0.8, 0.8] },
        (at, i, r, c, k) =>
        {
            var sum = 0.0;
            for (var row = -1; row <= 1; row++)
            {
                for (var column = -2; column <= 2; column++)
                {
                    sum += r + row is < 0 or > 4 || c + column is < 0 or > 5 ? 0
                        : at(i, r + row, c + column, k) * Bell(row, 1) * Bell(column, 2);
                }
            }

            return sum;
        });

    [Fact]
    public void HueTurnsRedIntoTheColorsBesideIt()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 255f, 0, 0 }).expand(8, 2, 2, 3).contiguous();

        var y = Pixels.Through(new RandomHue { Factor = [2.0 / 3, 2.0 / 3] }, x);

        var colors = y.narrow(1, 0, 1).narrow(2, 0, 1).reshape(8, 3);
        var (green, blue) = (tensor(new[] { 0f, 255, 0 }), tensor(new[] { 0f, 0, 255 }));
        for (var image = 0; image < 8; image++)
        {
            Assert.True(Near(colors[image], green) || Near(colors[image], blue), $"{colors[image].ToString(TorchSharp.TensorStringStyle.CSharp)}");
        }
    }

    [Fact]
    public void HueAndSaturationThatDoNotChangeLeaveTheImage()
    {
        AssertMaps(new RandomHue { Factor = [0] }, (at, i, r, c, k) => at(i, r, c, k), tolerance: 0.01);
        AssertMaps(new RandomSaturation { Factor = [0.5, 0.5] }, (at, i, r, c, k) => at(i, r, c, k), tolerance: 0.01);
    }

    [Fact]
    public void SaturationOfNoneIsGrayOfTheBrightestChannel() => AssertMaps(
        new RandomSaturation { Factor = [0, 0] },
        (at, i, r, c, k) => Math.Max(at(i, r, c, 0), Math.Max(at(i, r, c, 1), at(i, r, c, 2))),
        tolerance: 0.01);

    [Fact]
    public void SaturationChangesTheDistanceFromTheBrightestChannel() => AssertMaps(
        new RandomSaturation { Factor = [1.0 / 3, 1.0 / 3] }, // half as much
        (at, i, r, c, k) => (at(i, r, c, k) + Math.Max(at(i, r, c, 0), Math.Max(at(i, r, c, 1), at(i, r, c, 2)))) / 2,
        tolerance: 0.01);

    [Fact]
    public void ColorJitterDoesItsPartsInOrder()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 5, 6, 3);

        var y = Pixels.Through(new RandomColorJitter { BrightnessFactor = [0.1, 0.1], SaturationFactor = [0, 0] }, x);

        Pixels.AssertClose(Pixels.Through(new RandomSaturation { Factor = [0, 0] }, (x + 25.5).clamp(0, 255)), y);
        Pixels.AssertClose(x, Pixels.Through(new RandomColorJitter(), x));
    }

    [Fact]
    public void AutoContrastStretchesEachChannelAndLeavesAnEvenOne()
    {
        using var scope = NewDisposeScope();
        var x = (Pixels.Of(2, 5, 6, 2) * 0.25) + 60;
        x.narrow(3, 1, 1).fill_(77);

        var y = Pixels.Through(new AutoContrast(), x, training: false);

        var (low, high) = (x.amin([1, 2], keepdim: true), x.amax([1, 2], keepdim: true));
        Pixels.AssertClose(((x - low) / (high - low) * 255).narrow(3, 0, 1), y.narrow(3, 0, 1), 0.01);
        Assert.Equal(77, y.narrow(3, 1, 1).mean().item<float>());
    }

    private static double Bell(int place, int reach)
    {
        var sum = Enumerable.Range(-reach, (2 * reach) + 1).Sum(i => Math.Exp(-0.5 * i * i / 0.64));
        return Math.Exp(-0.5 * place * place / 0.64) / sum;
    }

    private static bool Near(Tensor one, Tensor other) => (one - other).abs().max().item<float>() < 0.1;

    private static void AssertMaps(
        Layer layer,
        Func<Func<long, long, long, long, double>, long, long, long, long, double> value,
        double tolerance = 1e-3)
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 5, 6, 3);

        var y = Pixels.Through(layer, x);

        Pixels.AssertClose(Pixels.Map(x, value), y, tolerance);
    }
}
