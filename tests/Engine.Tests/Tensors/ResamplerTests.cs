using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Tensors;

public class ResamplerTests
{
    [Fact]
    public void NearestTakesThePixelThatTheCenterLiesIn()
    {
        using var scope = NewDisposeScope();
        var resampler = new Resampler(Interpolation.Nearest);
        var x = tensor([0f, 1, 2, 3, 4], [1, 5, 1]);

        Assert.Equal([0, 2, 4], resampler.Resize(x, 1, 3).data<float>().ToArray());
        Assert.Equal([0, 0, 1, 2, 2, 3, 4, 4], resampler.Resize(x, -2, 8).data<float>().ToArray());
    }

    [Theory]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Bicubic)]
    [InlineData(Interpolation.Lanczos3)]
    [InlineData(Interpolation.Lanczos5)]
    public void WhatIsTheSameEverywhereStaysSo(Interpolation interpolation)
    {
        using var scope = NewDisposeScope();
        var x = full([2, 7, 3], 5f);

        foreach (var antialias in new[] { false, true })
        {
            foreach (var length in new[] { 1, 3, 16 })
            {
                var y = new Resampler(interpolation, antialias).Resize(x, 1, length);
                Assert.Equal([2, length, 3], y.shape);
                Assert.True((y - 5).abs().max().item<float>() < 1e-5);
            }
        }
    }

    [Fact]
    public void OnlyAntialiasingLooksAtAllPixels()
    {
        using var scope = NewDisposeScope();
        var x = tensor([0f, 9, 0, 0, 9, 0], [1, 6]);

        Assert.Equal([9, 9], new Resampler(Interpolation.Bilinear).Resize(x, 1, 2).data<float>().ToArray());
        Assert.All(new Resampler(Interpolation.Bilinear, antialias: true).Resize(x, 1, 2).data<float>().ToArray(), value => Assert.InRange(value, 2, 4));
    }
}
