using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Attention;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Tensors;
using static ExperimentRunner.Engine.Tests.Layers.Numbers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Attention;

public class HeadAttentionTests
{
    private const int Batch = 2;
    private const int Queries = 4;
    private const int Keys = 5;

    private static readonly bool[,] QueryMask = { { true, true, true, false }, { true, false, true, true } };
    private static readonly bool[,] ValueMask = { { true, true, false, true, true }, { true, true, true, false, false } };
    private static readonly bool[,] KeyMask = { { false, true, true, true, true }, { true, true, true, true, true } };

    public static TheoryData<string, bool> Looks
    {
        get
        {
            var looks = new TheoryData<string, bool>();
            foreach (var look in new[] { "all", "causal", "window", "masks", "attention_mask", "everything" })
            {
                looks.Add(look, false);
                looks.Add(look, true);
            }

            return looks;
        }
    }

    [Theory, MemberData(nameof(Looks))]
    public void EveryHeadAveragesWhatItMayLookAt(string look, bool scores)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        foreach (var layer in new HeadAttention[]
        {
            new MultiHeadAttention { NumHeads = 2, KeyDim = 3 },
            new MultiHeadAttention { NumHeads = 2, KeyDim = 3, ValueDim = 2, UseGate = true, OutputShape = [2, 3], UseBias = false },
            new MultiHeadAttention { NumHeads = 2, KeyDim = 3, Dropout = 0.5 },
            new GroupedQueryAttention { NumQueryHeads = 4, NumKeyValueHeads = 2, HeadDim = 3 },
            new GroupedQueryAttention { NumQueryHeads = 4, NumKeyValueHeads = 1, HeadDim = 3, UseGate = true },
        })
        {
            var attention = look is "window" or "everything" ? layer with { SlidingWindow = 2 } : layer;
            var grouped = layer is GroupedQueryAttention;
            var (query, value, key) = (Normal(1, Batch, Queries, 6), Normal(2, Batch, Keys, grouped ? 6 : 7), Normal(3, Batch, Keys, 8));
            var given = Normal(4, Batch, Queries, Keys).gt(-0.5);
            var masked = look is "masks" or "everything";
            var withMask = look is "attention_mask" or "everything";
            var call = new CallOptions
            {
                UseCausalMask = look is "causal" or "everything",
                ReturnAttentionScores = scores,
                InputNames = withMask ? ["", "", "", "attention_mask"] : [],
            };
            Tensor[] inputs = [query, value, key, .. withMask ? new[] { given } : []];
            using var module = Build(attention, inputs, call);
            Tensor?[] masks = [masked ? tensor(QueryMask) : null, masked ? tensor(ValueMask) : null, masked ? tensor(KeyMask) : null, .. withMask ? new Tensor?[1] : []];

            var outputs = Run(module, inputs, masks, options: call);

            var allowances = given.data<bool>().ToArray();
            bool Allowed(int b, int t, int s) =>
                (!call.UseCausalMask || s <= t)
                && (attention.SlidingWindow is null || Math.Abs(s - t) < 2)
                && (!masked || (QueryMask[b, t] && ValueMask[b, s] && KeyMask[b, s]))
                && (!withMask || allowances[(((b * Queries) + t) * Keys) + s]);
            var expected = new PlainAttention(module, attention.UseGate).Run(query, key, value, Allowed, emptyIsMean: !scores && attention.Dropout == 0);
            AssertClose(expected.Output, outputs[0]);
            Assert.Equal(scores ? 2 : 1, outputs.Count);
            if (scores)
            {
                AssertClose(expected.Scores, outputs[1]);
            }

            var inferred = attention.Infer([.. inputs.Select(SpecOf)], call);
            Assert.Equal(outputs.Select(output => new Shape([null, .. output.shape.Skip(1).Select(length => (long?)length)])), inferred.Select(output => output.Shape));
            var after = module.OutputMasks(inputs, masks, outputs.Count);
            Assert.Equal(masks[0], after[0]);
            Assert.Equal(outputs.Count, after.Count);
        }
    }

    /// <summary>A query that may look at nothing takes the mean of all values: each value gets its part of the gradient, query and key none.</summary>
    [Fact]
    public void AQueryThatMayLookAtNothingLearnsFromAllValuesAlike()
    {
        using var scope = NewDisposeScope();
        var (query, value) = (Normal(1, 1, 2, 6).requires_grad_(true), Normal(2, 1, Keys, 6).requires_grad_(true));
        using var module = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3, UseBias = false }, [query, value]);
        var mask = tensor(new[] { false, false }, [1, 2]);

        Run(module, [query, value], [mask, null])[0].sum().backward();

        var weights = module.AllWeights.ToDictionary(weight => weight.Path, weight => weight.Value.detach());
        var each = einsum("fhd,hdo->f", weights["layer/value/kernel"], weights["layer/attention_output/kernel"]) * 2 / Keys;
        AssertClose(each.expand(1, Keys, 6), value.grad!);
        Assert.Equal(0, query.grad!.abs().max().item<float>());
        Assert.All(module.AllWeights.Where(weight => weight.Path is "layer/query/kernel" or "layer/key/kernel"), weight => Assert.Equal(0, weight.Value.grad!.abs().max().item<float>()));
    }

    [Fact]
    public void OneInputIsQueryValueAndKey()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Queries, 6);
        var mask = tensor(QueryMask);
        using var module = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3 }, [x]);

        AssertClose(Run(module, [x, x, x], [mask, mask, mask])[0], Run(module, [x], [mask])[0]);
        AssertClose(Run(module, [x, x], [mask, mask])[0], Run(module, [x], [mask])[0]);
    }

    [Fact]
    public void InputsMayBeNamed()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var (query, value, key) = (Normal(1, Batch, Queries, 6), Normal(2, Batch, Keys, 7), Normal(3, Batch, Keys, 8));
        var layer = new MultiHeadAttention { NumHeads = 2, KeyDim = 3 };
        var named = new CallOptions { InputNames = ["", "key", "value"] };
        using var one = Build(layer, [query, value, key]);
        using var other = Build(layer, [query, key, value], named);

        AssertClose(Run(one, [query, value, key])[0], Run(other, [query, key, value], options: named)[0]);
        Assert.Equal([8, 2, 3], other.AllWeights.Single(weight => weight.Path == "layer/key/kernel").Shape);
    }

    [Fact]
    public void AMaskBesideOneInputIsNoKey()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Queries, 6);
        var call = new CallOptions { InputNames = ["", "attention_mask"] };
        using var module = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3 }, [x, ones(Queries, Queries)], call);

        AssertClose(Run(module, [x])[0], Run(module, [x, ones(Queries, Queries)], options: call)[0]);
        AssertClose(Run(module, [x], options: new CallOptions { UseCausalMask = true })[0], Run(module, [x, ones(Queries, Queries).tril()], options: call)[0]);
    }

    [Fact]
    public void AttentionMayBeOverSomeAxesOnly()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, 2, 3, 4, 6); // [batch, rows, columns, features]
        var options = new CallOptions { ReturnAttentionScores = true };
        using var columns = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3, AttentionAxes = [2] }, [x]);
        using var backward = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3, AttentionAxes = [-2] }, [x]);
        using var rows = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3, AttentionAxes = [1] }, [x]);
        using var both = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3 }, [x]);
        using var plain = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3 }, [x.select(1, 0)]);

        var folded = Run(plain, [x.flatten(0, 1)], options: options);
        var overColumns = Run(columns, [x], options: options);
        AssertClose(folded[0].unflatten(0, 2, 3), overColumns[0]);
        AssertClose(folded[1].unflatten(0, 2, 3), overColumns[1]); // [batch, rows, heads, columns, columns]
        AssertClose(overColumns[0], Run(backward, [x])[0]);
        AssertClose(Run(plain, [x.transpose(1, 2).flatten(0, 1)])[0].unflatten(0, 2, 4).transpose(1, 2), Run(rows, [x])[0]);
        var flat = Run(plain, [x.flatten(1, 2)], options: options);
        var overBoth = Run(both, [x], options: options);
        AssertClose(flat[0].unflatten(1, 3, 4), overBoth[0]);
        AssertClose(flat[1].unflatten(3, 3, 4).unflatten(2, 3, 4), overBoth[1]);
        var mask = Normal(3, 2, 12, 12).gt(0);
        var masked = options with { InputNames = ["", "attention_mask"] };
        AssertClose(
            Run(plain, [x.flatten(1, 2), mask], options: masked)[0].unflatten(1, 3, 4),
            Run(both, [x, mask.unflatten(2, 3, 4).unflatten(1, 3, 4)], options: masked)[0]);
        Assert.Equal(
            ["[batch, 3, 4, 6]", "[batch, 2, 3, 4, 3, 4]"],
            new MultiHeadAttention { NumHeads = 2, KeyDim = 3 }.Infer([SpecOf(x)], options).Select(output => output.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GroupsOfOneAreHeads(bool causal)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Queries, 6);
        var options = new CallOptions { UseCausalMask = causal };
        using var heads = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3 }, [x]);
        using var groups = Build(new GroupedQueryAttention { NumQueryHeads = 2, NumKeyValueHeads = 2, HeadDim = 3 }, [x]);

        AssertClose(Run(heads, [x], options: options)[0], Run(groups, [x], options: options)[0]);
    }

    [Fact]
    public void DropoutIsOnTheWeightsAndOnlyInTraining()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Queries, 6);
        var options = new CallOptions { ReturnAttentionScores = true };
        using var plain = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3 }, [x]);
        using var dropping = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3, Dropout = 0.5 }, [x]);

        AssertClose(Run(plain, [x])[0], Run(dropping, [x])[0]);
        var y = Run(dropping, [x], training: true, options: options);
        Assert.False(allclose(Run(plain, [x])[0], y[0]));
        AssertClose(Run(plain, [x], options: options)[1], y[1]); // as Keras, what is put out is not dropped
        Assert.True(y[0].Equals(Run(dropping, [x], training: true)[0]));
        Assert.False(y[0].Equals(Run(dropping, [x], training: true, key: 2)[0]));
    }

    [Fact]
    public void GradientsAreThoseOfTheLongWay()
    {
        using var scope = NewDisposeScope();
        var gradients = new List<Tensor[]>();
        foreach (var options in new[] { CallOptions.None, new CallOptions { ReturnAttentionScores = true } })
        {
            var x = Normal(1, Batch, Queries, 6).requires_grad_(true);
            var module = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3, UseGate = true }, [x]);
            Run(module, [x], training: true, options: options)[0].square().sum().backward();
            gradients.Add([x.grad!, .. module.AllWeights.Select(weight => weight.Value.grad!)]);
        }

        Assert.Equal(11, gradients[0].Length);
        Assert.All(gradients[0].Zip(gradients[1]), pair => AssertClose(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void ComputesInBfloat16WhenTold()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, Batch, Queries, 6);
        var mask = tensor(QueryMask);
        using var module = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3 }, [x]);

        var rough = module.Call([x], [mask], new Call(training: false, new RandomKey(1)) { Compute = ScalarType.BFloat16 })[0];

        Assert.Equal(ScalarType.BFloat16, rough.dtype);
        AssertClose(Run(module, [x], [mask])[0], rough.to_type(ScalarType.Float32), 0.05);
    }

    [Fact]
    public void APenaltyIsOnEveryProjection()
    {
        using var scope = NewDisposeScope();
        var x = Normal(1, Batch, Queries, 6);
        using var module = Build(new MultiHeadAttention { NumHeads = 2, KeyDim = 3, ActivityRegularizer = new L2() }, [x]);
        var call = new Call(training: true, new RandomKey(1));

        module.Call([x], [null], call);

        Assert.Equal(4, call.Losses.Count);
    }

    [Fact]
    public void WeightsAreKerass()
    {
        string[] Weights(Layer layer)
        {
            var module = layer.Build([new Spec(Shape.OfBatch(4, 6))], new BuildContext("mha", new RandomKey(1), dry: true));
            return [.. module.Children.Select(child => child.Key), .. module.AllWeights.Select(weight => $"{weight.Path} [{string.Join(", ", weight.Shape)}]")];
        }

        Assert.Equal(
            [
                "query_dense", "key_dense", "_gate_dense", "value_dense", "output_dense",
                "mha/query/kernel [6, 2, 3]", "mha/query/bias [2, 3]", "mha/key/kernel [6, 2, 3]", "mha/key/bias [2, 3]",
                "mha/gate/kernel [6, 2, 4]", "mha/gate/bias [2, 4]", "mha/value/kernel [6, 2, 4]", "mha/value/bias [2, 4]",
                "mha/attention_output/kernel [2, 4, 6]", "mha/attention_output/bias [6]",
            ],
            Weights(new MultiHeadAttention { NumHeads = 2, KeyDim = 3, ValueDim = 4, UseGate = true }));
        Assert.Equal(
            [
                "_query_dense", "_key_dense", "_value_dense", "_output_dense",
                "mha/query/kernel [6, 4, 3]", "mha/key/kernel [6, 2, 3]", "mha/value/kernel [6, 2, 3]", "mha/attention_output/kernel [4, 3, 6]",
            ],
            Weights(new GroupedQueryAttention { NumQueryHeads = 4, NumKeyValueHeads = 2, HeadDim = 3, UseBias = false }));
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var heads = new MultiHeadAttention { NumHeads = 2, KeyDim = 3 };
        var groups = new GroupedQueryAttention { NumQueryHeads = 4, NumKeyValueHeads = 2, HeadDim = 3 };
        var (x, y) = (new Shape(null, 4, 6), new Shape(null, 5, 7));

        Assert.Equal("expected at least 3 axes, but its input is [batch, 6]", Misfit(heads, [], new Shape(null, 6)));
        Assert.Equal("needs a value and a key of the same lengths, but they are [batch, 4, 6] and [batch, 5, 7]", Misfit(heads, [], x, x, y));
        Assert.Equal("takes a query, a value and a key, but was given 4 inputs", Misfit(heads, [], x, x, x, x));
        Assert.Equal("takes a query, a value and a key, but was given 3 inputs", Misfit(heads, ["", "value", "value"], x, x, x));
        Assert.Equal("takes no 'initial_state'", Misfit(heads, ["", "initial_state"], x, x));
        Assert.Equal("cannot attend over the axes [2] of an input of 3 axes", Misfit(heads with { AttentionAxes = [2] }, [], x));
        Assert.Equal("needs as many features in the query as in the value, but they are [batch, 4, 6] and [batch, 5, 7]", Misfit(groups, [], x, y));
        Assert.Equal("expected 3 axes, but its input is [batch, 2, 4, 6]", Misfit(groups, [], new Shape(null, 2, 4, 6)));
    }

    [Fact]
    public void HeadsThatCannotBeSharedAreAMistake()
    {
        var node = JsonNodes.Parse("""{"GroupQueryAttention": {"num_query_heads": 4, "num_key_value_heads": 3, "head_dim": 2}}""");

        var error = Assert.Throws<ConfigException>(() => Reading.Read<Layer>(node));

        Assert.Equal("4 heads of the query cannot share 3 heads of the key.", Assert.Single(error.Errors).Problem);
    }

    [Theory]
    [InlineData("""{"MultiHeadAttention": {"num_heads": 2, "key_dim": 3, "output_shape": 5, "attention_axes": [1], "flash_attention": true}}""")]
    [InlineData("""{"MultiHeadAttention": {"num_heads": 2, "key_dim": 3, "output_shape": [5], "attention_axes": 1, "query_shape": [null, 4, 6]}}""")]
    public void ShapesAndAxesMayBeNumbersOrLists(string text)
    {
        var layer = Assert.IsType<MultiHeadAttention>(Reading.Read<Layer>(JsonNodes.Parse(text)));

        Assert.Equal([5], layer.OutputShape);
        Assert.Equal([1], layer.AttentionAxes);
    }

    private static string Misfit(Layer layer, string[] names, params Shape[] inputs) => Assert.Throws<ShapeException>(
        () => layer.Infer([.. inputs.Select(input => new Spec(input))], new CallOptions { InputNames = names })).Message;
}
