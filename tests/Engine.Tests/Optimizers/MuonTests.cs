using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Optimizers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Optimizers;

public class MuonTests
{
    private static readonly float[] Start = [0.5f, -1, 0.25f, 2, 1.5f, -0.75f];
    private static readonly float[] Gradient = [0.1f, 0.3f, -0.2f, 0.4f, -0.5f, 0.6f];

    [Theory]
    [InlineData("embedding/embeddings", null, true)]
    [InlineData("Token_Embedding/table", null, true)]
    [InlineData("dense/kernel", "out.*kernel", false)]
    [InlineData("output/kernel", "out.*kernel", true)]
    public void EmbeddingsAndExcludedMatricesMoveAsInAdamW(string path, string? excluded, bool byAdam)
    {
        using var scope = NewDisposeScope();
        using var muons = new Weight(path, tensor(Start, 2, 3));
        using var adams = new Weight(path, tensor(Start, 2, 3));
        using var muon = new Muon { ExcludeLayers = excluded is null ? null : [excluded], AdamLrRatio = 0.5, AdamWeightDecay = null }.Start([muons]);
        using var adam = new Adam { LearningRate = 0.0005 }.Start([adams]);
        for (var step = 0; step < 3; step++)
        {
            muon.Step([tensor(Gradient, 2, 3)]);
            adam.Step([tensor(Gradient, 2, 3)]);
        }

        Assert.Equal(byAdam, muons.Value.data<float>().SequenceEqual(adams.Value.data<float>()));
    }

    [Fact]
    public void EmbeddingsAreMatricesWhereTheyAreNotExcluded()
    {
        using var weight = new Weight("embedding/embeddings", zeros(2, 3));
        using var state = new Muon { ExcludeEmbeddings = false }.Start([weight]);
        Assert.Equal(["muon/embedding_embeddings_momentum"], state.Slots.Select(slot => slot.Key));
    }

    [Fact]
    public void AStepIsTheGradientMadeOrthogonalAndScaled()
    {
        // two steps for a matrix of 3 rows and 2 columns, in plain loops; without rms_rate the step is not scaled
        foreach (var rate in new double?[] { 0.2, null })
        {
            using var scope = NewDisposeScope();
            using var weight = new Weight("w", tensor(Start, 3, 2));
            using var state = new Muon { LearningRate = 0.1, Momentum = 0.5, NsSteps = 2, WeightDecay = 0.3, RmsRate = rate }.Start([weight]);
            var (w, m) = (Matrix(Start), new double[3, 2]);
            var g = Matrix(Gradient);
            for (var step = 0; step < 2; step++)
            {
                state.Step([tensor(Gradient, 3, 2)]);
                m = Combine(0.5, m, 1, g);
                var x = Transpose(Combine(1, g, 0.5, m));
                x = Combine(1 / (Math.Sqrt(x.Cast<double>().Sum(value => value * value)) + 1e-7), x, 0, x);
                for (var i = 0; i < 2; i++)
                {
                    var s = Multiply(x, Transpose(x));
                    x = Combine(3.4445, x, 1, Multiply(Combine(-4.7750, s, 2.0315, Multiply(s, s)), x));
                }

                w = Combine(1 - (0.3 * 0.1), w, -0.1 * (rate is null ? 1 : Math.Sqrt(3) * rate.Value), Transpose(x));
            }

            var actual = weight.Value.data<float>().ToArray();
            Assert.All(w.Cast<double>().Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void APatternThatIsNoneIsAMistake()
    {
        var mistake = Assert.Throws<ConfigException>(() => Reading.Read<Optimizer>(JsonNodes.Parse("""{"Muon": {"exclude_layers": ["out", "(out"]}}""")));
        Assert.Equal("'(out' is no regular expression.", Assert.Single(mistake.Errors).Problem);
    }

    private static double[,] Matrix(float[] values)
    {
        var matrix = new double[3, 2];
        for (var i = 0; i < 6; i++)
        {
            matrix[i / 2, i % 2] = values[i];
        }

        return matrix;
    }

    private static double[,] Transpose(double[,] x) => Make(x.GetLength(1), x.GetLength(0), (i, j) => x[j, i]);

    private static double[,] Combine(double a, double[,] x, double b, double[,] y) =>
        Make(x.GetLength(0), x.GetLength(1), (i, j) => (a * x[i, j]) + (b * y[i, j]));

    private static double[,] Multiply(double[,] x, double[,] y) =>
        Make(x.GetLength(0), y.GetLength(1), (i, j) => Enumerable.Range(0, x.GetLength(1)).Sum(k => x[i, k] * y[k, j]));

    private static double[,] Make(int rows, int columns, Func<int, int, double> value)
    {
        var made = new double[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                made[i, j] = value(i, j);
            }
        }

        return made;
    }
}
