using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Metrics;

public class MetricTests
{
    private static readonly float[] Scores = [0.9f, 0.4f, 0.65f, 0.2f, 0.55f, 0.1f, 0.8f, 0.35f];
    private static readonly float[] Truth = [1, 0, 1, 0, 0, 0, 1, 1];
    private static readonly float[] Weights = [1, 2, 0.5f, 1, 3, 1, 1, 0.25f];

    [Fact]
    public void AccuracyIsTheWeightedMeanOfAllBatches()
    {
        using var state = new BinaryAccuracy().Start();
        using var scope = NewDisposeScope();

        state.Update(tensor(Truth), tensor(Scores), tensor(Weights)); // wrong: 0.55 (3), 0.35 (0.25)
        state.Update(tensor(new[] { 1f, 1 }), tensor(new[] { 0.9f, 0.1f }));

        Assert.Equal((9.75 - 3.25 + 1) / (9.75 + 2), state.Result()[0], 1e-6);
    }

    [Fact]
    public void PlacesOfAnExampleMayHaveWeightsOrAMask()
    {
        using var scope = NewDisposeScope();
        var target = tensor(new[] { 0L, 1, 1, 0 }, [2, 2]);
        var prediction = tensor(new[] { 0.9f, 0.1f, 0.8f, 0.2f, 0.3f, 0.7f, 0.6f, 0.4f }, [2, 2, 2]); // right, wrong; right, right
        using var weighted = new SparseCategoricalAccuracy().Start();
        weighted.Update(target, prediction, tensor(new[] { 1f, 3, 0, 2 }, [2, 2]));
        using var masked = new SparseCategoricalAccuracy().Start();
        masked.Update(target, prediction, mask: tensor(new[] { false, true, true, true }, [2, 2]));
        using var both = new SparseCategoricalAccuracy().Start();
        both.Update(target, prediction, tensor(new[] { 1f, 3 }), tensor(new[] { true, true, false, true }, [2, 2]));

        Assert.Equal(3 / 6.0, weighted.Result()[0], 1e-6);
        Assert.Equal(2 / 3.0, masked.Result()[0], 1e-6);
        Assert.Equal((1 + 3) / (1 + 1 + 3.0), both.Result()[0], 1e-6);
    }

    [Fact]
    public void EqualPredictionsAreAllAmongTheGreatest()
    {
        using var state = new SparseTopKCategoricalAccuracy { K = 1 }.Start();
        using var scope = NewDisposeScope();

        state.Update(tensor(new[] { 0L, 1, 2 }), tensor(new[] { 0.4f, 0.4f, 0.2f, 0.4f, 0.4f, 0.2f, 0.4f, 0.4f, 0.2f }, [3, 3]));

        Assert.Equal(2 / 3.0, state.Result()[0], 1e-6);
    }

    [Fact]
    public void SortedIdsAreComparedThemselves()
    {
        using var state = new SparseTopKCategoricalAccuracy { K = 2, FromSortedIds = true }.Start();
        using var scope = NewDisposeScope();

        state.Update(tensor(new[] { 5L, 7, 9 }), tensor(new[] { 5f, 1, 2, 1, 2, 7, 3, 9, 9 }, [3, 3]));

        Assert.Equal(2 / 3.0, state.Result()[0], 1e-6);
    }

    [Theory]
    [InlineData(AucCurve.ROC, AucSummation.Interpolation)]
    [InlineData(AucCurve.ROC, AucSummation.Majoring)]
    [InlineData(AucCurve.ROC, AucSummation.Minoring)]
    [InlineData(AucCurve.PR, AucSummation.Majoring)]
    [InlineData(AucCurve.PRGAIN, AucSummation.Interpolation)]
    [InlineData(AucCurve.PRGAIN, AucSummation.Minoring)]
    public void TheAreaIsThatOfACurveDrawnByHand(AucCurve curve, AucSummation summation)
    {
        double[] thresholds = [0.15, 0.3, 0.45, 0.6, 0.85];
        using var state = new AUC { Curve = curve, SummationMethod = summation, Thresholds = thresholds }.Start();
        using var scope = NewDisposeScope();

        state.Update(tensor(Truth), tensor(Scores), tensor(Weights));

        var points = thresholds.Prepend(-1).Append(2).Select(threshold =>
        {
            var (tp, fp, fn, tn) = (Sum(1, true, threshold), Sum(0, true, threshold), Sum(1, false, threshold), Sum(0, false, threshold));
            var odds = (tp + fn) / (tn + fp);
            return curve switch
            {
                AucCurve.ROC => (X: fp / (fp + tn), Y: tp / (tp + fn)),
                AucCurve.PR => (X: tp / (tp + fn), Y: tp + fp == 0 ? 0 : tp / (tp + fp)),
                _ when tp == 0 => (X: 0, Y: 1),
                _ => (X: Math.Max(0, 1 - (odds * fn / tp)), Y: 1 - (odds * fp / tp)),
            };
        }).ToArray();
        var area = points.Zip(points[1..], (a, b) => (a.X - b.X) * summation switch
        {
            AucSummation.Interpolation => (a.Y + b.Y) / 2,
            AucSummation.Majoring => Math.Max(a.Y, b.Y),
            _ => Math.Min(a.Y, b.Y),
        }).Sum();
        Assert.Equal(area, state.Result()[0], 1e-5);

        static double Sum(float truth, bool yes, double threshold) =>
            Enumerable.Range(0, Truth.Length).Where(i => Truth[i] == truth && Scores[i] > threshold == yes).Sum(i => (double)Weights[i]);
    }

    [Fact]
    public void LabelsMayHaveWeights()
    {
        using var scope = NewDisposeScope();
        var (target, prediction) = (tensor(Truth, [4, 2]), tensor(Scores, [4, 2]));
        double Single(int label)
        {
            using var one = new AUC().Start();
            one.Update(target.select(1, label), prediction.select(1, label));
            return one.Result()[0];
        }

        using var apart = new AUC { MultiLabel = true, LabelWeights = [1, 3] }.Start();
        apart.Update(target, prediction);
        using var uneven = new AUC { MultiLabel = true, Thresholds = [.. Enumerable.Range(1, 198).Select(i => (i / 199.0) - 1e-4)] }.Start();
        uneven.Update(target, prediction);
        using var together = new AUC { LabelWeights = [2, 0] }.Start();
        together.Update(target, prediction);

        Assert.Equal((Single(0) + (3 * Single(1))) / 4, apart.Result()[0], 1e-5);
        Assert.Equal((Single(0) + Single(1)) / 2, uneven.Result()[0], 1e-5);
        Assert.Equal(Single(0), together.Result()[0], 1e-5);
    }

    [Fact]
    public void LogitsGoThroughASigmoidFirst()
    {
        using var scope = NewDisposeScope();
        using var plain = new AUC().Start();
        using var logits = new AUC { FromLogits = true }.Start();
        var scores = tensor(Scores);

        plain.Update(tensor(Truth), scores);
        logits.Update(tensor(Truth), (scores / (1 - scores)).log());

        Assert.Equal(plain.Result()[0], logits.Result()[0], 1e-6);
    }

    [Fact]
    public void PredictionsThatAreNoNumbersDoNotEndTheRun()
    {
        using var scope = NewDisposeScope();
        foreach (var metric in new Metric[] { new AUC(), new Precision(), new SparseTopKCategoricalAccuracy(), new F1Score() })
        {
            using var state = metric.Start();
            state.Update(metric is SparseTopKCategoricalAccuracy ? zeros(2, ScalarType.Int64) : zeros(2, 2), full([2, 2], float.NaN));
            Assert.True(double.IsFinite(state.Result()[0]));
        }
    }

    [Fact]
    public void EvenThresholdsCountAsOthersDo()
    {
        using var scope = NewDisposeScope();
        double[] thresholds = [0, 0.25, 0.5, 0.75, 1];
        using var even = new TruePositives { Thresholds = thresholds }.Start();
        using var uneven = new TruePositives { Thresholds = [0, 0.25001, 0.5, 0.75, 1] }.Start();
        foreach (var state in new[] { even, uneven })
        {
            state.Update(tensor(Truth, [4, 2]), tensor(Scores, [4, 2]), tensor(Weights[..4]));
        }

        Assert.Equal(uneven.Result(), even.Result());
        Assert.Equal([5, 5, 4, 2, 0], [.. even.Result().Select(value => Math.Round(value, 5))]);
    }

    [Fact]
    public void PrecisionLooksAtOneClassAmongTheGreatest()
    {
        using var state = new Precision { TopK = 2, ClassId = 1 }.Start();
        using var scope = NewDisposeScope();

        state.Update(
            tensor(new[] { 0f, 1, 0, 1, 0, 0, 0, 1, 0 }, [3, 3]),
            tensor(new[] { 0.5f, 0.3f, 0.2f, 0.4f, 0.35f, 0.25f, 0.6f, 0.1f, 0.3f }, [3, 3]));

        Assert.Equal(0.5, state.Result()[0], 1e-6); // class 1 is among two in rows 0 and 1, and true in row 0
        Assert.Contains("there are 3 classes", Assert.Throws<ShapeException>(() =>
        {
            using var wrong = new Precision { ClassId = 3 }.Start();
            wrong.Update(ones(1, 3), ones(1, 3));
        }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATradeOffIsTheBestWhereTheOtherShareIsGoodEnough()
    {
        using var scope = NewDisposeScope();
        foreach (var (metric, share) in new (Metric, Func<double, double, double, double, (double Kept, double Wanted)>)[]
        {
            (new PrecisionAtRecall { Recall = 0.6 }, (tp, fp, tn, fn) => (tp / (tp + fn), Part(tp, fp))),
            (new RecallAtPrecision { Precision = 0.6 }, (tp, fp, tn, fn) => (Part(tp, fp), tp / (tp + fn))),
            (new SensitivityAtSpecificity { Specificity = 0.6 }, (tp, fp, tn, fn) => (tn / (tn + fp), tp / (tp + fn))),
            (new SpecificityAtSensitivity { Sensitivity = 0.6 }, (tp, fp, tn, fn) => (tp / (tp + fn), tn / (tn + fp))),
        })
        {
            using var state = metric.Start();
            state.Update(tensor(Truth), tensor(Scores), tensor(Weights));

            var best = Enumerable.Range(0, 200).Select(i => i / 199.0).Select(threshold =>
            {
                var counts = Enumerable.Range(0, 8).ToLookup(i => (Truth[i] == 1, Scores[i] > threshold), i => (double)Weights[i]);
                return share(counts[(true, true)].Sum(), counts[(false, true)].Sum(), counts[(false, false)].Sum(), counts[(true, false)].Sum());
            }).Where(pair => pair.Kept >= 0.6).Max(pair => pair.Wanted);
            Assert.Equal(best, state.Result()[0], 1e-5);
        }

        static double Part(double a, double b) => a + b == 0 ? 0 : a / (a + b);
    }

    [Fact]
    public void OverlapsLeaveOutWhatIsNoClassOrIgnored()
    {
        using var scope = NewDisposeScope();
        var target = tensor(new[] { 0f, 0, 1, 1, 2, 2, 255 });
        var prediction = tensor(new[] { 0f, 1, 1, 1, 2, 0, 0 });
        using var all = new MeanIoU { NumClasses = 3 }.Start();
        all.Update(target, prediction);
        using var some = new IoU { NumClasses = 3, TargetClassIds = [0, 1], IgnoreClass = 2 }.Start();
        some.Update(target, prediction);
        using var weighted = new MeanIoU { NumClasses = 3, Dtype = new Engine.Layers.DtypePolicy("float32") }.Start();
        weighted.Update(target, prediction, tensor(new[] { 1f, 0.5f, 1, 1, 1, 0.5f, 1 }));

        Assert.Equal(((1 / 3.0) + (2 / 3.0) + (1 / 2.0)) / 3, all.Result()[0], 1e-6);
        Assert.Equal(((1 / 2.0) + (2 / 3.0)) / 2, some.Result()[0], 1e-6);
        Assert.Equal(((1 / 2.0) + (2 / 2.5) + (1 / 1.5)) / 3, weighted.Result()[0], 1e-6);
    }

    [Fact]
    public void OverlapsTakeValuesForEachClass()
    {
        using var scope = NewDisposeScope();
        var target = tensor(new[] { 0L, 2, 1, 1 }, [2, 2]);
        var prediction = tensor(new[] { 0L, 2, 1, 0 }, [2, 2]);
        var expected = ((1 / 2.0) + (1 / 2.0) + 1) / 3;
        foreach (var (metric, truth, guess) in new (Metric, Tensor, Tensor)[]
        {
            (new MeanIoU { NumClasses = 3 }, target, prediction),
            (new MeanIoU { NumClasses = 3, SparseYTrue = false, SparseYPred = false }, OneHot(target), OneHot(prediction)),
            (new OneHotMeanIoU { NumClasses = 3 }, OneHot(target), OneHot(prediction)),
            (new OneHotMeanIoU(), OneHot(target), OneHot(prediction)),
            (new OneHotMeanIoU { SparseYPred = true }, OneHot(target), prediction),
            (new OneHotIoU { TargetClassIds = [0, 1, 2], Axis = 1 }, OneHot(target).transpose(1, 2), OneHot(prediction).transpose(1, 2)),
        })
        {
            using var state = metric.Start();
            state.Update(truth, guess);
            Assert.Equal(expected, state.Result()[0], 1e-6);
        }

        static Tensor OneHot(Tensor classes) => nn.functional.one_hot(classes, 3).to_type(ScalarType.Float32);
    }

    [Fact]
    public void AClassThatIsNotThereIsAMistakeInTheFile()
    {
        var mistake = Assert.Throws<ConfigException>(() => Reading.Read<Metric>(JsonNodes.Parse("""{"IoU": {"num_classes": 3, "target_class_ids": [3]}}""")));

        Assert.Contains("There is no class 3.", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FScoresOfAllKindsAreThoseOfTheCounts()
    {
        using var scope = NewDisposeScope();
        float[] truth = [1, 0, 1, 0, 1, 1, 0, 0];
        float[] guess = [0.9f, 0.6f, 0.2f, 0.4f, 0.7f, 0.8f, 0.3f, 0.9f];
        float[] weights = [1, 2, 0.5f, 1];
        double[] scores = [Score(0), Score(1)], shares = [True(0), True(1)];

        foreach (var (average, expected) in new (FScoreAverage?, double[])[]
        {
            (null, scores),
            (FScoreAverage.Macro, [scores.Average()]),
            (FScoreAverage.Weighted, [((scores[0] * shares[0]) + (scores[1] * shares[1])) / shares.Sum()]),
            (FScoreAverage.Micro, [Beta(Count(0, 1, true) + Count(1, 1, true), Count(0, 0, true) + Count(1, 0, true), Count(0, 1, false) + Count(1, 1, false))]),
        })
        {
            using var state = new FBetaScore { Beta = 2, Threshold = 0.5, Average = average }.Start();
            state.Update(tensor(truth, [4, 2]), tensor(guess, [4, 2]), tensor(weights));
            Assert.All(state.Result().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
            Assert.Equal(expected.Length, state.Result().Count);
        }

        double Count(int label, float is1, bool yes) =>
            Enumerable.Range(0, 4).Where(i => truth[(2 * i) + label] == is1 && guess[(2 * i) + label] > 0.5 == yes).Sum(i => (double)weights[i]);
        double True(int label) => Count(label, 1, true) + Count(label, 1, false);
        double Score(int label) => Beta(Count(label, 1, true), Count(label, 0, true), Count(label, 1, false));
        static double Beta(double tp, double fp, double fn) => 5 * tp / ((5 * tp) + (4 * fn) + fp);
    }

    [Fact]
    public void WordsForAccuracyChooseByTheShapesAndKeepTheirName()
    {
        foreach (var word in new[] { "accuracy", "acc", "Accuracy" })
        {
            var choice = Reading.Read<MetricChoice>(JsonNodes.Parse($"\"{word}\""));

            Assert.Equal(new BinaryAccuracy { Name = word }, choice.For(Shape.OfBatch(1), Shape.OfBatch(1)));
            Assert.Equal(new BinaryAccuracy { Name = word }, choice.For(Shape.OfBatch(1), Shape.OfBatch()));
            Assert.Equal(new SparseCategoricalAccuracy { Name = word }, choice.For(Shape.OfBatch(10), Shape.OfBatch()));
            Assert.Equal(new SparseCategoricalAccuracy { Name = word }, choice.For(Shape.OfBatch(10), Shape.OfBatch(1)));
            Assert.Equal(new SparseCategoricalAccuracy { Name = word }, choice.For(Shape.OfBatch(null, 10), Shape.OfBatch(5)));
            Assert.Equal(new CategoricalAccuracy { Name = word }, choice.For(Shape.OfBatch(10), Shape.OfBatch(10)));
            Assert.True(choice.HigherIsBetter);
        }
    }

    [Theory]
    [InlineData("\"mse\"", "mse", false)]
    [InlineData("\"AUC\"", "AUC", true)]
    [InlineData("{\"AUC\": {}}", "auc", true)]
    [InlineData("{\"AUC\": {\"name\": \"area\"}}", "area", true)]
    [InlineData("\"true_positives\"", "true_positives", null)]
    [InlineData("{\"Accuracy\": {}}", "accuracy", true)]
    public void AMetricIsLoggedUnderTheWordThatWasWritten(string json, string name, bool? higherIsBetter)
    {
        var choice = Reading.Read<MetricChoice>(JsonNodes.Parse(json));

        Assert.Equal(name, choice.LogName);
        Assert.Equal(higherIsBetter, choice.HigherIsBetter);
        Assert.Equal(name, choice.For(Shape.OfBatch(10), Shape.OfBatch(10)).Name);
        var written = Form.Of(typeof(MetricChoice)).Write(choice, null, Dialect.Experiment);
        Assert.Equal(choice, Reading.Read<MetricChoice>(written));
    }

    [Fact]
    public void FunctionsInKerasFilesAreMetrics()
    {
        var wrapped = """{"class_name": "MeanMetricWrapper", "config": {"name": "accuracy", "dtype": "float32", "fn": "categorical_accuracy"}}""";

        var choice = Reading.Read<MetricChoice>(JsonNodes.Parse(wrapped), Dialect.Keras);

        Assert.IsType<CategoricalAccuracy>(choice.Metric);
        Assert.Equal("accuracy", choice.LogName);
    }
}
