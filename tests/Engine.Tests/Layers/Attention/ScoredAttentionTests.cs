using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Attention;
using ExperimentRunner.Engine.Tensors;
using static ExperimentRunner.Engine.Tests.Layers.Numbers;
using static TorchSharp.torch;
using AttentionLayer = ExperimentRunner.Engine.Layers.Attention.Attention;

namespace ExperimentRunner.Engine.Tests.Layers.Attention;

public class ScoredAttentionTests
{
    private const int Batch = 2;
    private const int Queries = 3;
    private const int Keys = 4;
    private const int Features = 5;

    public static TheoryData<string, bool, bool, bool> Ways
    {
        get
        {
            var ways = new TheoryData<string, bool, bool, bool>();
            foreach (var kind in new[] { "dot", "concat", "additive" })
            {
                foreach (var scale in new[] { false, true })
                {
                    ways.Add(kind, scale, false, true);
                    ways.Add(kind, scale, true, false);
                    ways.Add(kind, scale, true, true);
                }
            }

            return ways;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void QueriesAverageTheValuesByTheirScores(string kind, bool scaled, bool masked, bool causal)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        ScoredAttention layer = kind switch
        {
            "dot" => new AttentionLayer { UseScale = scaled },
            "concat" => new AttentionLayer { UseScale = scaled, ScoreMode = ScoreMode.Concat },
            _ => new AdditiveAttention { UseScale = scaled },
        };
        var (query, value, key) = (Normal(1, Batch, Queries, Features), Normal(2, Batch, Keys, 2), Normal(3, Batch, Keys, Features));
        var queryMask = new[,] { { true, true, false }, { false, true, true } };
        var valueMask = new[,] { { true, false, true, true }, { true, true, false, true } };
        var options = new CallOptions { UseCausalMask = causal, ReturnAttentionScores = true };
        Tensor[] inputs = [query, value, key];
        Tensor?[] masks = masked ? [tensor(queryMask), tensor(valueMask), null] : new Tensor?[3];
        using var module = Build(layer, inputs);

        var outputs = Run(module, inputs, masks, options: options);

        var weights = module.AllWeights.ToDictionary(weight => weight.Name, weight => weight.Value.flatten().data<float>().ToArray());
        var (expected, scores) = (new float[Batch, Queries, 2], new float[Batch, Queries, Keys]);
        for (var b = 0; b < Batch; b++)
        {
            for (var t = 0; t < Queries; t++)
            {
                var raw = new double[Keys];
                for (var s = 0; s < Keys; s++)
                {
                    for (var f = 0; f < Features; f++)
                    {
                        var (q, k) = (query[b, t, f].item<float>(), key[b, s, f].item<float>());
                        raw[s] += kind switch
                        {
                            "dot" => q * k * (scaled ? weights["scale"][0] : 1),
                            "concat" => Math.Tanh((q + k) * (scaled ? weights["scale"][0] : 1)) * weights["concat_score_weight"][0],
                            _ => Math.Tanh(q + k) * (scaled ? weights["scale"][f] : 1),
                        };
                    }

                    raw[s] = (masked && !valueMask[b, s]) || (causal && s > t) ? 0 : Math.Exp(raw[s]);
                }

                for (var s = 0; s < Keys; s++)
                {
                    scores[b, t, s] = (float)(raw[s] / raw.Sum());
                    for (var f = 0; f < 2; f++)
                    {
                        expected[b, t, f] += masked && !queryMask[b, t] ? 0 : scores[b, t, s] * value[b, s, f].item<float>();
                    }
                }
            }
        }

        AssertClose(tensor(expected), outputs[0]);
        AssertClose(tensor(scores), outputs[1]);
        Assert.Equal(["[batch, 3, 2]", "[batch, 3, 4]"], layer.Infer([.. inputs.Select(SpecOf)], options).Select(output => output.ToString()));
        Assert.Equal(masks[0], module.OutputMasks(inputs, masks, 2)[0]);
    }

    [Fact]
    public void OneInputIsQueryValueAndKey()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Queries, Features);
        foreach (var layer in new Layer[] { new AttentionLayer(), new AdditiveAttention() })
        {
            using var module = Build(layer, [x]);

            AssertClose(Run(module, [x, x, x])[0], Run(module, [x])[0]);
            AssertClose(Run(module, [x, x])[0], Run(module, [x])[0]);
        }
    }

    [Fact]
    public void DropoutIsOnTheWeightsAndOnlyInTraining()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Queries, Features);
        var options = new CallOptions { ReturnAttentionScores = true };
        using var plain = Build(new AttentionLayer(), [x]);
        using var dropping = Build(new AttentionLayer { Dropout = 0.5 }, [x]);

        AssertClose(Run(plain, [x])[0], Run(dropping, [x])[0]);
        var (whole, dropped) = (Run(plain, [x], options: options)[1], Run(dropping, [x], training: true, options: options)[1]);
        Assert.All(whole.flatten().data<float>().Zip(dropped.flatten().data<float>()), pair => Assert.True(pair.Second == 0 || Math.Abs((2 * pair.First) - pair.Second) < 1e-5));
        Assert.Contains(0f, dropped.flatten().data<float>().ToArray());
    }

    [Fact]
    public void WeightsAreKerass()
    {
        static string[] Weights(Layer layer) =>
            [.. layer.Build([new Spec(Shape.OfBatch(4, 6))], new BuildContext("attention", new RandomKey(1), dry: true)).Weights.Select(weight => $"{weight.Path} [{string.Join(", ", weight.Shape)}]")];

        Assert.Equal([], Weights(new AttentionLayer()));
        Assert.Equal(["attention/scale []", "attention/concat_score_weight []"], Weights(new AttentionLayer { UseScale = true, ScoreMode = ScoreMode.Concat }));
        Assert.Equal(["attention/scale [6]"], Weights(new AdditiveAttention()));
        Assert.Equal([], Weights(new AdditiveAttention { UseScale = false }));
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        static string Misfit(string[] names, params Shape[] inputs) => Assert.Throws<ShapeException>(
            () => new AttentionLayer().Infer([.. inputs.Select(input => new Spec(input))], new CallOptions { InputNames = names })).Message;
        var x = new Shape(null, 4, 6);

        Assert.Equal("needs as many features in the query as in the key, but they are [batch, 4, 6] and [batch, 4, 7]", Misfit([], x, new Shape(null, 4, 7)));
        Assert.Equal("takes no 'attention_mask'", Misfit(["", "attention_mask"], x, x));
    }

    [Fact]
    public void TheOldOptionCausalIsNamed()
    {
        var error = Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse("""{"Attention": {"causal": true}}""")));

        Assert.Equal("Attention cannot have 'causal': it is said with the call, as 'use_causal_mask: true'.", Assert.Single(error.Errors).Problem);
        Assert.Equal(new AttentionLayer(), Reading.Read<Layer>(JsonNodes.Parse("""{"class_name": "Attention", "config": {"causal": false}}"""), Dialect.Keras));
    }
}
