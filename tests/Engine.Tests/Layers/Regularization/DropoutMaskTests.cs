using ExperimentRunner.Engine.Layers.Regularization;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Regularization;

public class DropoutMaskTests
{
    private static readonly RandomKey Key = new(7);

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(4096)]
    [InlineData(9999)]
    public void KeepsWhatSixteenBitsOfTheKeySay(int count)
    {
        using var _ = NewDisposeScope();
        const double Rate = 0.3;

        var mask = DropoutMask.Make([count], Rate, Key, ScalarType.Float32, 2.5);

        var kept = Enumerable.Range(0, count).Select(i => (ushort)(Key[i / 4] >> (16 * (i % 4))) >= Math.Round(Rate * 65536));
        Assert.Equal(kept.Select(keeps => keeps ? 2.5f : 0), mask.data<float>().ToArray());
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Float64)]
    public void KeepsTheSameInEveryType(ScalarType type)
    {
        using var _ = NewDisposeScope();
        var expected = DropoutMask.Make([50, 99], 0.25, Key, ScalarType.Float32, 1 / 0.75);

        var mask = DropoutMask.Make([50, 99], 0.25, Key, type, 1 / 0.75);

        Assert.Equal(type, mask.dtype);
        Assert.True(expected.to_type(type).eq(mask).all().item<bool>());
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void DropsThePartItIsToldTo(double rate)
    {
        using var _ = NewDisposeScope();

        var mask = DropoutMask.Make([400_000], rate, Key, ScalarType.Float32, 1);

        Assert.Equal(1 - rate, mask.mean().item<float>(), 0.003);
    }

    [Fact]
    public void IsTheSameForTheSameKeyAlone()
    {
        using var _ = NewDisposeScope();

        var (one, same, other) = (Mask(Key), Mask(Key), Mask(Key.Derive(1)));

        Assert.True(one.eq(same).all().item<bool>());
        Assert.InRange(one.eq(other).to_type(ScalarType.Float32).mean().item<float>(), 0.45f, 0.55f);

        static Tensor Mask(RandomKey key) => DropoutMask.Make([10_000], 0.5, key, ScalarType.Float32, 1);
    }

    [Fact]
    public void ARateOfOneLeavesNothing()
    {
        using var _ = NewDisposeScope();

        Assert.Equal(0, DropoutMask.Drop(ones(3, 4), 1, Key).abs().sum().item<float>());
    }
}
