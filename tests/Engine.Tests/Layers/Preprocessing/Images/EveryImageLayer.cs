using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Layers.Preprocessing.Images;
using ExperimentRunner.Engine.Tests.House;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing.Images;

/// <summary>What holds for every layer of images, found through the catalog and tried with the example of its own documentation.</summary>
public class EveryImageLayer
{
    public static TheoryData<string> Names => Of(typeof(ImageLayer));

    public static TheoryData<string> Augmentations => Of(typeof(ImageAugmentation));

    [Theory, MemberData(nameof(Names))]
    public void SeesTheSameWhereverTheChannelsStand(string name)
    {
        if (name == "AutoContrast")
        {
            return; // it looks at the first two axes after the batch, as Keras's does, and is tested by itself
        }

        using var scope = NewDisposeScope();
        var layer = (ImageLayer)LayerTrial.Of(name).Layer;
        var x = Pixels.Of(3, 8, 9, 3);

        var last = Pixels.Through(layer, x);
        var first = Pixels.Through(layer with { DataFormat = Channels.First }, x.permute(0, 3, 1, 2).contiguous());

        if (name is "RandAugment" or "AugMix")
        {
            Assert.Equal(last.permute(0, 3, 1, 2).shape, first.shape); // AutoContrast may be among what is drawn
            return;
        }

        Pixels.AssertClose(last.permute(0, 3, 1, 2), first, 0.01);
    }

    [Theory, MemberData(nameof(Augmentations))]
    public void ChangesNothingOutOfTraining(string name)
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 8, 8, 3);

        Pixels.AssertClose(x, Pixels.Through(LayerTrial.Of(name).Layer, x, training: false), 0);
    }

    [Theory, MemberData(nameof(Augmentations))]
    public void DrawsAnewForAnotherKeyAndAnotherSeed(string name)
    {
        using var scope = NewDisposeScope();
        var layer = (ImageAugmentation)LayerTrial.Of(name).Layer;
        layer = layer is RandomCrop ? new RandomCrop { Height = 3, Width = 3 } : layer; // the example's takes images whole
        var x = Pixels.Of(2, 8, 8, 3);

        var outcomes = Enumerable.Range(0, 12).Select(seed => Pixels.Through(layer, x, seed: (ulong)seed).sum().item<float>());
        var seeds = Enumerable.Range(0, 12).Select(seed => Pixels.Through(layer with { Seed = seed }, x).sum().item<float>());

        if (layer is RandomFlip)
        {
            Assert.True((Pixels.Through(layer, Pixels.Of(12, 4, 4, 1)) - Pixels.Of(12, 4, 4, 1)).abs().amax([1, 2, 3]).gt(0).to_type(ScalarType.Int64).sum().item<long>() is > 0 and < 12);
            return;
        }

        Assert.True(outcomes.Distinct().Count() > 1);
        Assert.True(seeds.Distinct().Count() > 1);
    }

    [Theory, MemberData(nameof(Augmentations))]
    public void KeepsValuesFinite(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var x in new[] { zeros(2, 8, 8, 3), full([2, 8, 8, 3], 255f), Pixels.Of(2, 8, 8, 3), Pixels.Of(2, 8, 8, 3, greatest: 1) })
        {
            Assert.True(Pixels.Through(LayerTrial.Of(name).Layer, x).isfinite().all().item<bool>());
        }
    }

    [Fact]
    public void FlipMirrorsImagesOrLeavesThem()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(8, 4, 5, 2);
        foreach (var (mode, axes) in new[] { (FlipMode.Horizontal, new long[] { 2 }), (FlipMode.Vertical, [1]), (FlipMode.Both, [1, 2]) })
        {
            var y = Pixels.Through(new RandomFlip { Mode = mode }, x);
            for (var image = 0; image < 8; image++)
            {
                var (one, was) = (y.narrow(0, image, 1), x.narrow(0, image, 1));
                Assert.True(one.eq(was).all().item<bool>() || one.eq(was.flip(axes)).all().item<bool>());
            }
        }
    }

    [Fact]
    public void ErasingPutsOneRectangleOfTheGivenColor()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(5, 20, 20, 3, greatest: 100);

        var y = Pixels.Through(new RandomErasing { Factor = [1, 1], Scale = [0.25, 0.25], FillValue = [200, 210, 220] }, x);

        var erased = (y - tensor(new[] { 200f, 210, 220 })).abs().amax([3]).eq(0); // [image, row, column]
        Pixels.AssertClose(where(erased.unsqueeze(3), y, x), y, 0);
        for (var image = 0; image < 5; image++)
        {
            var (rows, columns) = (erased[image].any(1).to_type(ScalarType.Int64).sum().item<long>(), erased[image].any(0).to_type(ScalarType.Int64).sum().item<long>());
            Assert.Equal(rows * columns, erased[image].to_type(ScalarType.Int64).sum().item<long>());
            Assert.InRange(rows, 10, 10); // half of 20, the root of a quarter
            Assert.InRange(columns, 10, 10);
        }
    }

    [Fact]
    public void AugmentationsOfNoStrengthKeepWhatTheyDoNotEqualize()
    {
        using var scope = NewDisposeScope();
        var x = Pixels.Of(2, 8, 8, 3);

        var y = Pixels.Through(new AugMix { Factor = [0], AllOps = false }, x);

        Assert.InRange(y.min().item<float>(), 0, 255);
        Assert.InRange(y.max().item<float>(), 0, 255);
        Assert.Equal(x.shape, y.shape);
    }

    [Theory]
    [InlineData("""{"RandomRotation": {"factor": 2}}""", "'factor' is out of its range.")]
    [InlineData("""{"RandomRotation": {"factor": 0.1, "interpolation": "bicubic"}}""", "Pixels that move are made up of the nearest one or four.")]
    [InlineData("""{"RandomZoom": {"height_factor": 0.1, "fill_mode": "mirror"}}""", "'mirror' is not among the fill modes of the layer.")]
    [InlineData("""{"RandomContrast": {"factor": [0.1, 0.2, 0.3]}}""", "'factor' is out of its range.")]
    [InlineData("""{"RandomBrightness": {"factor": 0.1, "value_range": [1]}}""", "'value_range' is no range.")]
    [InlineData("""{"RandomGaussianBlur": {"kernel_size": 4}}""", "'kernel_size' has no middle.")]
    [InlineData("""{"Resizing": {"height": 4, "width": 4, "crop_to_aspect_ratio": true, "pad_to_aspect_ratio": true}}""", "Images are to be cropped and padded.")]
    [InlineData("""{"Resizing": {"height": 4, "width": 4, "bounding_box_format": "xyxy"}}""", "a layer here sees images, not the boxes in them")]
    public void AMistakeIsTold(string written, string problem)
    {
        var errors = new List<ConfigError>();
        Form.Of(typeof(Layer)).TryRead(JsonNodes.Parse(written), new Reading(Dialect.Experiment, errors), out _);

        Assert.Contains(errors, error => error.Problem.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void OnlyThoseThatDrawAreKeptOutOfTransforms()
    {
        Assert.All(Catalog.TypesOf(typeof(Layer)).Where(typeof(ImageLayer).IsAssignableFrom), type => Assert.Equal(type.IsSubclassOf(typeof(ImageAugmentation)), type.IsAssignableTo(typeof(IDrawsAtRandom))));
    }

    private static TheoryData<string> Of(Type kind)
    {
        var names = Catalog.TypesOf(typeof(Layer)).Where(kind.IsAssignableFrom).Select(Catalog.NameOf).ToArray();
        Assert.NotEmpty(names);
        return new TheoryData<string>(names);
    }
}
