using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Initializers;

public class InitializerTests
{
    [Fact]
    public void FansMayComeFromAxesThatAreNamed()
    {
        using var scope = NewDisposeScope();
        var limit = Math.Sqrt(6.0 / ((8 * 16) + 4));

        var values = new GlorotUniform { InputAxes = [0, 1], OutputAxes = [-1] }.Make([8, 16, 4], new RandomKey(1));

        Assert.InRange(values.max().item<float>(), 0.95 * limit, limit);
        Assert.InRange(values.min().item<float>(), -limit, -0.95 * limit);
    }

    [Fact]
    public void TheFanMayBeTheMeanOrTheOneThatGoesOut()
    {
        using var scope = NewDisposeScope();
        foreach (var (mode, fan) in new[] { (FanMode.FanIn, 27.0), (FanMode.FanOut, 900), (FanMode.FanAvg, 463.5) })
        {
            var values = new VarianceScaling { Mode = mode, Scale = 2 }.Make([3, 3, 3, 100], new RandomKey(1));

            Assert.Equal(Math.Sqrt(2 / fan), values.std().item<float>(), 0.04 * Math.Sqrt(2 / fan));
        }
    }

    [Fact]
    public void TruncatedNumbersHaveTheDistributionsShape()
    {
        using var scope = NewDisposeScope();
        var x = new TruncatedNormal { Mean = 1, Stddev = 1 }.Make([200_000], new RandomKey(7)) - 1;

        Assert.InRange(x.abs().max().item<float>(), 1.99, 2.00001);
        foreach (var (bound, within) in new[] { (0.5, 0.38292492), (1.0, 0.68268949), (1.5, 0.86638560) })
        {
            Assert.Equal(within / 0.95449974, x.abs().lt(bound).to_type(float64).mean().item<double>(), 0.005);
        }
    }

    [Fact]
    public void NormalNumbersHaveTheDistributionsShapeFarOutToo()
    {
        using var scope = NewDisposeScope();
        var x = new RandomNormal { Stddev = 1 }.Make([1_000_000], new RandomKey(3));

        Assert.True(x.isfinite().all().item<bool>());
        foreach (var (bound, beyond) in new[] { (1.0, 0.31731051), (2.0, 0.04550026), (3.0, 0.00269980), (4.0, 0.0000633425) })
        {
            Assert.Equal(beyond, x.abs().gt(bound).to_type(float64).mean().item<double>(), 5 * Math.Sqrt(beyond / 1_000_000));
        }
    }

    [Fact]
    public void WideAndTallMatricesAreOrthogonal()
    {
        using var scope = NewDisposeScope();
        var tall = new Orthogonal().Make([12, 5], new RandomKey(1));
        var wide = new Orthogonal { Gain = 2 }.Make([5, 12], new RandomKey(1));

        Assert.True(allclose(tall.t().matmul(tall), eye(5), 1e-4, 1e-5));
        Assert.True(allclose(wide.matmul(wide.t()), eye(5) * 4, 1e-4, 1e-5));
    }

    [Fact]
    public void AListOfConstantsLiesAlongTheLastAxis()
    {
        using var scope = NewDisposeScope();
        var initializer = Reading.Read<Initializer>(JsonNodes.Parse("""{"Constant": {"value": [1, 2, 3]}}"""));

        var values = initializer.Make([2, 3], new RandomKey(1));

        Assert.Equal([1f, 2, 3, 1, 2, 3], values.data<float>().ToArray());
        Assert.Throws<ShapeException>(() => initializer.Make([3, 2], new RandomKey(1)));
    }

    [Fact]
    public void AShapeThatCannotBeMadeIsTold()
    {
        Assert.Throws<ShapeException>(() => new Identity().Make([3], new RandomKey(1)));
        Assert.Throws<ShapeException>(() => new Orthogonal().Make([3], new RandomKey(1)));
        Assert.Throws<ShapeException>(() => new STFT().Make([3, 3], new RandomKey(1)));
    }

    [Fact]
    public void OldFilesMaySayATypeOrAnOldDistribution()
    {
        var old = """{"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "normal", "seed": null, "dtype": "float32"}}""";

        Assert.Equal(new VarianceScaling { Mode = FanMode.FanAvg }, Reading.Read<Initializer>(JsonNodes.Parse(old), Dialect.Keras));
    }

    [Theory]
    [InlineData(StftSide.Real, false)]
    [InlineData(StftSide.Imag, true)]
    public void WavesOfAFourierTransformAreWindowedAndScaled(StftSide side, bool periodic)
    {
        using var scope = NewDisposeScope();
        const int length = 6, bins = 4;
        var window = Enumerable.Range(0, length).Select(i => 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / (periodic ? length : length - 1)))).ToArray();
        var expected = from time in Enumerable.Range(0, length)
                       from bin in Enumerable.Range(0, bins)
                       let angle = -2 * Math.PI * time * bin / ((bins - 1) * 2)
                       select (side == StftSide.Real ? Math.Cos(angle) : Math.Sin(angle)) * window[time] / Math.Sqrt(window.Sum(value => value * value));

        var values = new STFT { Side = side, Periodic = periodic }.Make([length, 1, bins], new RandomKey(1));

        Assert.All(values.data<float>().ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Theory] // from SciPy's documentation of these windows: the middle is 1, the ends as here
    [InlineData(StftWindow.Hann, 0)]
    [InlineData(StftWindow.Hamming, 0.08)]
    [InlineData(StftWindow.Blackman, 0)]
    [InlineData(StftWindow.BlackmanHarris, 6e-5)]
    [InlineData(StftWindow.Nuttall, 0.0003628)]
    [InlineData(StftWindow.FlatTop, -0.000421051)]
    [InlineData(StftWindow.Boxcar, 1)]
    [InlineData(StftWindow.Triangle, 1 / 26.0)]
    [InlineData(StftWindow.Bartlett, 0)]
    [InlineData(StftWindow.BartlettHann, 0)]
    [InlineData(StftWindow.Cosine, 0.0307950585561705)] // sin(π / 102)
    [InlineData(StftWindow.Bohman, 0)]
    [InlineData(StftWindow.Parzen, 1.507672e-5)] // 2 / 51³
    [InlineData(StftWindow.Lanczos, 0)]
    [InlineData(StftWindow.Tukey, 0)]
    public void WindowsFadeOutAtTheirEnds(StftWindow window, double end)
    {
        var values = StftWindows.Make(window, 51, periodic: false);

        Assert.Equal(end, values[0], 1e-6);
        Assert.Equal(1, values[25], 1e-6);
        Assert.All(Enumerable.Range(0, 51), i => Assert.Equal(values[i], values[50 - i], 1e-9));
        Assert.Equal(StftWindows.Make(window, 52, periodic: false)[..51], StftWindows.Make(window, 51, periodic: true));
    }
}
