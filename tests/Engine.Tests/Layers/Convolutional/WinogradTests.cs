using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;
using TorchSharp;
using Padding = ExperimentRunner.Engine.Layers.Padding;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Convolutional;

/// <summary>Winograd's way against libtorch's convolution in twice as many digits.</summary>
public class WinogradTests
{
    [Theory]
    [InlineData(1, 11, 9, 16, 32, 3, 1, true)] // tiles that stand over every border, eight values at once
    [InlineData(5, 26, 26, 32, 64, 3, 0, true)] // whole tiles alone
    [InlineData(3, 13, 18, 32, 32, 3, 1, false)]
    [InlineData(2, 14, 15, 32, 64, 5, 2, true)]
    [InlineData(3, 9, 12, 48, 16, 2, 0, true)]
    [InlineData(3, 10, 7, 16, 48, 4, 1, false)]
    [InlineData(4, 8, 8, 128, 128, 3, 1, true)] // more pairs of channels than tiles
    [InlineData(2, 3, 2, 32, 32, 3, 1, true)] // a picture smaller than a tile
    public void AConvolutionAndItsGradientsAreThoseOfLibtorch(int examples, int height, int width, int channels, int filters, int side, int pad, bool hasBias)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(7);
        var x = (rand([examples, height, width, channels], generator: random) - 0.5).requires_grad_();
        var kernel = (rand([side, side, channels, filters], generator: random) - 0.5).requires_grad_();
        var bias = hasBias ? (rand([filters], generator: random) - 0.5).requires_grad_() : null;
        Tensor[] variables = [x, kernel, .. hasBias ? new[] { bias! } : []];
        var shape = new WinogradShape(examples, height, width, channels, filters, side, pad, pad, height + (2 * pad) - side + 1, width + (2 * pad) - side + 1);

        var y = WinogradConvolution.Convolve(shape, x, kernel, bias);
        var given = rand(y.shape, generator: random) - 0.5;
        var gradients = autograd.grad([y], variables, [given]);

        Tensor[] exact = [.. variables.Select(variable => variable.detach().to(ScalarType.Float64).requires_grad_())];
        var expected = nn.functional.conv2d(exact[0].permute(0, 3, 1, 2), exact[1].permute(3, 2, 0, 1), hasBias ? exact[2] : null, padding: [pad, pad]).permute(0, 2, 3, 1);
        var expectedGradients = autograd.grad([expected], exact, [given.to(ScalarType.Float64)]);
        AssertNear(expected, y);
        Assert.Equal(expectedGradients.Count, gradients.Count);
        Assert.All(expectedGradients.Zip(gradients), pair => AssertNear(pair.First, pair.Second));
    }

    [Fact]
    public void TheFirstLayerNeedsNoGradientOfItsPictures()
    {
        using var scope = NewDisposeScope();
        var shape = new WinogradShape(2, 8, 8, 32, 32, 3, 1, 1, 8, 8);
        var kernel = rand(3, 3, 32, 32).requires_grad_();

        var gradient = autograd.grad([WinogradConvolution.Convolve(shape, ones(2, 8, 8, 32), kernel, null).sum()], [kernel])[0];

        Assert.Equal(2 * 64f, gradient[1, 1, 5, 7].item<float>(), 1e-3f); // the middle of the kernel sees every place
        Assert.Equal(2 * 49f, gradient[0, 0, 5, 7].item<float>(), 1e-3f); // a corner misses a row and a column
    }

    [Fact]
    public void AFrozenKernelLeavesTheGradientOfThePicturesAlone()
    {
        using var scope = NewDisposeScope();
        var shape = new WinogradShape(1, 6, 6, 32, 32, 3, 0, 0, 4, 4);
        var x = rand(1, 6, 6, 32).requires_grad_();

        var gradient = autograd.grad([WinogradConvolution.Convolve(shape, x, ones(3, 3, 32, 32), null).sum()], [x])[0];

        Assert.Equal(32f, gradient[0, 0, 0, 3].item<float>(), 1e-3f); // one place sees a corner
        Assert.Equal(32 * 9f, gradient[0, 2, 2, 3].item<float>(), 1e-3f); // nine see the middle
    }

    [Theory]
    [InlineData(4, 26, 26, 32, 64, 3, 0)]
    [InlineData(3, 13, 17, 16, 32, 3, 1)] // a last row and a last column that no window takes
    [InlineData(2, 14, 15, 32, 64, 5, 2)]
    public void TheGreatestOfEachWindowIsTakenInTheTiles(int examples, int height, int width, int channels, int filters, int side, int pad)
    {
        using var scope = NewDisposeScope();
        var (x, kernel) = (rand(examples, height, width, channels) - 0.5, rand(side, side, channels, filters) - 0.5);
        x[1, 5, 5, 3] = float.NaN;
        var shape = new WinogradShape(examples, height, width, channels, filters, side, pad, pad, height + (2 * pad) - side + 1, width + (2 * pad) - side + 1);
        var whole = WinogradConvolution.Convolve(shape, x, kernel, null);

        var pooled = WinogradConvolution.Convolve(shape with { Pools = true }, x, kernel, null);

        Assert.True(shape.HoldsWhole(Window.Dense([2, 2], [2, 2], Padding.Valid)));
        Assert.True(pooled.isnan().any().item<bool>());
        Assert.True(nn.functional.max_pool2d(whole.permute(0, 3, 1, 2), [2, 2]).permute(0, 2, 3, 1).allclose(pooled, 0, 0, equal_nan: true));
    }

    [Theory]
    [InlineData(3, 2, 2, Padding.Valid, true)]
    [InlineData(3, 3, 2, Padding.Valid, false)]
    [InlineData(3, 2, 1, Padding.Valid, false)]
    [InlineData(3, 2, 2, Padding.Same, false)]
    [InlineData(4, 2, 2, Padding.Valid, false)] // tiles of three by three results
    public void TilesHoldWholeWindowsOfTwoByTwo(int kernel, int size, int stride, Padding padding, bool held) =>
        Assert.Equal(held, new WinogradShape(1, 9, 9, 32, 32, kernel, 0, 0, 10 - kernel, 10 - kernel).HoldsWhole(Window.Dense([size, size], [stride, stride], padding)));

    [Fact]
    public void TheSameNumbersGiveTheSameBits()
    {
        using var scope = NewDisposeScope();
        var shape = new WinogradShape(7, 12, 12, 32, 64, 3, 1, 1, 12, 12);
        var (x, kernel) = (rand(7, 12, 12, 32).requires_grad_(), rand(3, 3, 32, 64).requires_grad_());

        var all = Enumerable.Range(0, 5).Select(_ =>
        {
            var y = WinogradConvolution.Convolve(shape, x, kernel, null);
            return (Tensor[])[y, .. autograd.grad([(y * y).sum()], [x, kernel])];
        }).ToList();

        Assert.All(all, one => Assert.All(one.Zip(all[0]), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>())));
    }

    [Theory]
    [InlineData(100, 26, 32, 64, 3, true)]
    [InlineData(5, 26, 32, 64, 3, false)] // over before a second thread has begun
    [InlineData(100, 26, 24, 64, 3, false)] // channels that do not fill the processor
    [InlineData(100, 26, 1, 32, 3, false)]
    [InlineData(100, 26, 16, 16, 3, false)] // more work for the tiles than for the sums
    [InlineData(100, 26, 1024, 512, 3, false)] // factors that do not fit its caches
    public void ItTakesWhatItGainsFrom(int examples, int side, int channels, int filters, int kernel, bool taken)
    {
        var shape = new WinogradShape(examples, side, side, channels, filters, kernel, 0, 0, side - kernel + 1, side - kernel + 1);

        Assert.Equal(taken, WinogradConvolution.Takes(shape, ScalarType.Float32));
        Assert.False(WinogradConvolution.Takes(shape, ScalarType.BFloat16)); // libtorch's own are faster there
    }

    [Theory]
    [InlineData(3, 1, 1, TimePadding.Same, Channels.Last, true)]
    [InlineData(1, 1, 1, TimePadding.Same, Channels.Last, false)]
    [InlineData(7, 1, 1, TimePadding.Valid, Channels.Last, false)]
    [InlineData(3, 2, 1, TimePadding.Same, Channels.Last, false)]
    [InlineData(3, 1, 2, TimePadding.Valid, Channels.Last, false)]
    [InlineData(3, 1, 1, TimePadding.Valid, Channels.First, false)]
    public void ItIsForSquareKernelsThatMoveByOne(int side, int stride, int dilation, TimePadding padding, Channels format, bool known)
    {
        var window = new Window([side, side], [stride, stride], [dilation, dilation], padding);

        var shape = WinogradShape.Of(window, format, [10, 11, 12, 32], [side, side, 32, 64]);

        Assert.Equal(known ? new WinogradShape(10, 11, 12, 32, 64, 3, 1, 1, 11, 12) : null, shape);
        Assert.Null(WinogradShape.Of(window, format, [10, 11, 12, 32], [side, side, 16, 64])); // two groups
    }

    private static void AssertNear(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var error = (expected - actual).abs().max().item<double>() / expected.abs().max().item<double>();
        Assert.InRange(error, 0, 2e-5);
    }
}
