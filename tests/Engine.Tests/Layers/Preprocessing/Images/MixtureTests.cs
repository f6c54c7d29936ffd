using ExperimentRunner.Engine.Layers.Preprocessing.Images;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing.Images;

/// <summary>Layers that choose among others, or where in an image to work: what must come of images for which every choice is known.</summary>
public class MixtureTests
{
    /// <summary>An image of one gray of 128 is left as it is by all augmentations of no strength but one: Solarization makes 127 of it.</summary>
    [Fact]
    public void RandAugmentChoosesEachAugmentationAsOften()
    {
        var values = Enumerable.Range(0, 440).Select(key => ValueOf(new RandAugment { NumOps = 1, Factor = [0] }, (ulong)key)).ToList();

        Assert.All(values, value => Assert.True(value is 127 or 128));
        Assert.InRange(values.Count(value => value == 127), 15, 65); // one of eleven; five deviations either way
    }

    /// <summary>Two times 127 is 128 again; where sharpening made the border another gray, AutoContrast and Equalization make black or white of the rest.</summary>
    [Fact]
    public void RandAugmentDoesOneAfterTheOther()
    {
        var values = Enumerable.Range(0, 440).Select(key => ValueOf(new RandAugment { NumOps = 2, Factor = [0] }, (ulong)key)).ToList();

        Assert.All(values, value => Assert.True(value is 0 or 127 or 128 or 255));
        Assert.InRange(values.Count(value => value == 127), 35, 110); // twenty of a hundred and twenty-one
    }

    [Fact]
    public void RandAugmentOfNothingChangesNothing() => Assert.Equal(128, ValueOf(new RandAugment { NumOps = 0 }, 1));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AugMixIsBetweenTheImageAndWhatItsChainsMakeOfIt(bool all)
    {
        var values = Enumerable.Range(0, 60).Select(key => ValueOf(new AugMix { NumChains = 3, ChainDepth = 1, Factor = [0], AllOps = all }, (ulong)key)).ToList();

        Assert.All(values, value => Assert.InRange(value, 127 - 1e-4, 128 + 1e-4));
        Assert.Contains(values, value => value is > 127.05 and < 127.95);
        Assert.Contains(values, value => value > 127.999);
    }

    /// <summary>With a quarter of the image in the rectangle, its sides are halves.</summary>
    [Fact]
    public void ErasingPutsOneRectangleOfAColorOverEachImage()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(20, 8, 12, 3);

        var y = Pixels.Through(new RandomErasing { Factor = [1, 1], Scale = [0.25, 0.25], FillValue = [300, -5, 9] }, x);

        var corners = new HashSet<(long, long)>();
        for (var image = 0L; image < 20; image++)
        {
            var erased = y[image].eq(tensor(new float[] { 255, 0, 9 })).all(-1); // [height, width]
            var (rows, columns) = (Places(erased.any(1)), Places(erased.any(0)));
            Assert.Equal(Enumerable.Range(rows[0], 4), rows);
            Assert.Equal(Enumerable.Range(columns[0], 6), columns);
            Assert.Equal(24, erased.sum().item<long>());
            Pixels.AssertClose(x[image].masked_fill(erased.unsqueeze(-1), 0), y[image].masked_fill(erased.unsqueeze(-1), 0), 0);
            corners.Add((rows[0], columns[0]));
        }

        Assert.True(corners.Count > 10);
    }

    [Fact]
    public void ErasingWithNoiseFillsTheRangeAndIsAsLikelyAsItsFactor()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(400, 4, 4, 1, greatest: 1) + 120;

        var y = Pixels.Through(new RandomErasing { Factor = [0.25, 0.25], Scale = [1, 1] }, x);

        var changed = y.ne(x).flatten(1).any(-1);
        Assert.InRange(changed.sum().item<long>(), 57, 143); // of 400, a quarter; five deviations either way
        var noise = y.index_select(0, changed.nonzero().squeeze(-1));
        Assert.InRange(ShareOf(noise.eq(0)), 0.4, 0.6); // what is negative is cut off
        Assert.InRange(ShareOf(noise.eq(255)), 0.1, 0.22); // beyond one deviation: 0.159
    }

    [Fact]
    public void ALimitOfBoxesLeavesImagesAsTheyAre()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 3, 4, 3);

        Pixels.AssertClose(x, Pixels.Through(new MaxNumBoundingBoxes { MaxNumber = 1, FillValue = 7 }, x), 0);
    }

    /// <summary>What becomes of an image of one gray, far from its borders, where sharpening sees no other value.</summary>
    private static double ValueOf(ImageLayer layer, ulong key)
    {
        using var scope = NewDisposeScope();
        return Math.Round(Pixels.Through(layer, full(1, 9, 9, 3, 128f), seed: key)[0, 4, 4, 1].item<float>(), 4);
    }

    private static double ShareOf(Tensor marks) => marks.to_type(ScalarType.Float64).mean().item<double>();

    private static List<int> Places(Tensor marks) => [.. marks.data<bool>().ToArray().Index().Where(mark => mark.Item).Select(mark => mark.Index)];
}
