using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Tests.Tensors;

public class RandomKeyTests
{
    private static readonly RandomKey Key = new(42);

    [Fact]
    public void FillingGivesTheNumbersByIndex()
    {
        var numbers = new ulong[37];

        Key.Fill(numbers, 1000);

        Assert.Equal(Enumerable.Range(0, numbers.Length).Select(i => Key[1000 + i]), numbers);
    }

    [Fact]
    public void NormalNumbersAreThoseOfBoxAndMuller()
    {
        var numbers = new float[1500];
        Key.FillNormal(numbers);

        for (var i = 0; i < numbers.Length; i++)
        {
            var (block, place) = Math.DivRem(i, 512);
            var bits = Key[(block * 256) + (place % 256)];
            var size = (((uint)bits >> 8) + 1) / (double)(1 << 24);
            var angle = 2 * Math.PI * ((uint)(bits >> 32) >> 8) / (1 << 24);
            var expected = Math.Sqrt(-2 * Math.Log(size)) * (place < 256 ? Math.Cos(angle) : Math.Sin(angle));
            Assert.Equal(expected, numbers[i], 1e-5);
        }
    }

    [Fact]
    public void NormalNumbersDoNotDependOnHowManyAreAskedFor()
    {
        var (few, many) = (new float[700], new float[3000]);

        Key.FillNormal(few);
        Key.FillNormal(many);

        Assert.Equal(many[..700], few);
    }

    [Fact]
    public void NormalNumbersHaveTheMomentsOfTheirDistribution()
    {
        var numbers = new float[400_000];
        Key.FillNormal(numbers);

        Assert.Equal(0, numbers.Average(), 0.01);
        Assert.Equal(1, numbers.Average(number => (double)number * number), 0.01);
        Assert.Equal(0, numbers.Average(number => Math.Pow(number, 3)), 0.03);
        Assert.Equal(3, numbers.Average(number => Math.Pow(number, 4)), 0.1);
        Assert.True(Array.TrueForAll(numbers, float.IsFinite));
    }
}
