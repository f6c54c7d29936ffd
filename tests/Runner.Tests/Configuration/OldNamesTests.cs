using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Configuration;

/// <summary>What Keras 1 and 2 called otherwise: read alike in experiment files and in Keras's own, written with today's names.</summary>
public class OldNamesTests
{
    public static TheoryData<string, string> Layers => new()
    {
        { "Convolution2D: {nb_filter: 4, nb_row: 3, nb_col: 2, border_mode: same, subsample: [2, 1], init: he_normal, bias: false}", "Conv2D: {filters: 4, kernel_size: [3, 2], padding: same, strides: [2, 1], kernel_initializer: he_normal, use_bias: false}" },
        { "Convolution2D: {nb_filter: 4, nb_row: 3, nb_col: 3, dim_ordering: th, W_regularizer: l2, b_regularizer: l1, W_constraint: maxnorm, b_constraint: nonneg}", "Conv2D: {filters: 4, kernel_size: 3, data_format: channels_first, kernel_regularizer: l2, bias_regularizer: l1, kernel_constraint: max_norm, bias_constraint: non_neg}" },
        { "AtrousConvolution2D: {nb_filter: 4, nb_row: 3, nb_col: 3, atrous_rate: [2, 2], dim_ordering: tf}", "Conv2D: {filters: 4, kernel_size: 3, dilation_rate: 2, data_format: channels_last}" },
        { "AtrousConvolution1D: {nb_filter: 4, filter_length: 3, atrous_rate: 2}", "Conv1D: {filters: 4, kernel_size: 3, dilation_rate: 2}" },
        { "Convolution1D: {nb_filter: 4, filter_length: 3, subsample_length: 2, border_mode: valid}", "Conv1D: {filters: 4, kernel_size: 3, strides: 2, padding: valid}" },
        { "Convolution3D: {nb_filter: 4, kernel_dim1: 1, kernel_dim2: 2, kernel_dim3: 3, subsample: [1, 1, 2]}", "Conv3D: {filters: 4, kernel_size: [1, 2, 3], strides: [1, 1, 2]}" },
        { "Deconvolution2D: {nb_filter: 4, nb_row: 3, nb_col: 3, output_shape: [null, 7, 7, 4], subsample: [2, 2], border_mode: valid}", "Conv2DTranspose: {filters: 4, kernel_size: 3, strides: 2}" },
        { "SeparableConvolution2D: {nb_filter: 4, nb_row: 3, nb_col: 3, init: uniform}", "SeparableConv2D: {filters: 4, kernel_size: 3, depthwise_initializer: uniform, pointwise_initializer: uniform}" },
        { "LocallyConnected1D: {nb_filter: 4, filter_length: 3, subsample_length: 2, init: one}", "LocallyConnected1D: {filters: 4, kernel_size: 3, strides: 2, kernel_initializer: ones}" },
        { "LocallyConnected2D: {nb_filter: 4, nb_row: 3, nb_col: 3, border_mode: valid}", "LocallyConnected2D: {filters: 4, kernel_size: 3}" },
        { "MaxPooling1D: {pool_length: 3, stride: 2, border_mode: same}", "MaxPooling1D: {pool_size: 3, strides: 2, padding: same}" },
        { "AveragePooling1D: {pool_length: 3, stride: 2}", "AveragePooling1D: {pool_size: 3, strides: 2}" },
        { "MaxPooling2D: {pool_size: [2, 2], border_mode: same, dim_ordering: th}", "MaxPooling2D: {pool_size: [2, 2], padding: same, data_format: channels_first}" },
        { "UpSampling1D: {length: 3}", "UpSampling1D: {size: 3}" },
        { "ZeroPadding2D: {padding: [1, 1], dim_ordering: th}", "ZeroPadding2D: {padding: [1, 1], data_format: channels_first}" },
        { "Dense: {output_dim: 4, init: zero, activation: relu, bias: true, W_regularizer: {L2: {l2: 0.1}}}", "Dense: {units: 4, kernel_initializer: zeros, activation: relu, use_bias: true, kernel_regularizer: {L2: {l2: 0.1}}}" },
        { "TimeDistributedDense: {output_dim: 4}", "Dense: {units: 4}" },
        { "Embedding: {input_dim: 9, output_dim: 4, init: uniform, W_regularizer: l2, W_constraint: unitnorm, input_length: 3}", "Embedding: {input_dim: 9, output_dim: 4, embeddings_initializer: uniform, embeddings_regularizer: l2, embeddings_constraint: unit_norm}" },
        { "LSTM: {output_dim: 4, init: normal, inner_init: orthogonal, inner_activation: hard_sigmoid, forget_bias_init: zero, dropout_W: 0.1, dropout_U: 0.2, U_regularizer: l2, consume_less: gpu}", "LSTM: {units: 4, kernel_initializer: normal, recurrent_initializer: orthogonal, recurrent_activation: hard_sigmoid, unit_forget_bias: false, dropout: 0.1, recurrent_dropout: 0.2, recurrent_regularizer: l2}" },
        { "GRU: {output_dim: 4, inner_activation: sigmoid}", "GRU: {units: 4}" },
        { "SimpleRNN: {output_dim: 4, b_constraint: nonneg}", "SimpleRNN: {units: 4, bias_constraint: non_neg}" },
        { "CuDNNLSTM: {units: 4}", "LSTM: {units: 4}" },
        { "CuDNNGRU: {units: 4}", "GRU: {units: 4}" },
        { "ConvLSTM2D: {nb_filter: 4, nb_row: 3, nb_col: 3, border_mode: same, inner_activation: hard_sigmoid, forget_bias_init: one}", "ConvLSTM2D: {filters: 4, kernel_size: 3, padding: same, recurrent_activation: hard_sigmoid}" },
        { "BatchNormalization: {beta_init: one, gamma_init: normal}", "BatchNormalization: {beta_initializer: ones, gamma_initializer: normal}" },
        { "Dropout: {p: 0.25}", "Dropout: {rate: 0.25}" },
        { "SpatialDropout2D: {p: 0.25, dim_ordering: tf}", "SpatialDropout2D: {rate: 0.25}" },
        { "GaussianDropout: {p: 0.25}", "GaussianDropout: {rate: 0.25}" },
        { "GaussianNoise: {sigma: 0.25}", "GaussianNoise: {stddev: 0.25}" },
        { "PReLU: {init: one}", "PReLU: {alpha_initializer: ones}" },
        { "LeakyReLU: {alpha: 0.1}", "LeakyReLU: {negative_slope: 0.1}" },
        { "Reshape: {dims: [2, 3]}", "Reshape: {target_shape: [2, 3]}" },
        { "MaxoutDense: {output_dim: 4, nb_feature: 2, init: he_normal}", "MaxoutDense: {units: 4, nb_feature: 2, kernel_initializer: he_normal}" },
        { "Highway: {init: he_normal, W_regularizer: l2, transform_bias: -2}", "Highway: {kernel_initializer: he_normal, kernel_regularizer: l2}" },
        { "Merge: {mode: sum}", "Add: {}" },
        { "Merge: {mode: mul}", "Multiply: {}" },
        { "Merge: {mode: ave}", "Average: {}" },
        { "Merge: {mode: max}", "Maximum: {}" },
        { "Merge: {mode: concat, concat_axis: 1}", "Concatenate: {axis: 1}" },
        { "Merge: {mode: dot, dot_axes: [1, 2]}", "Dot: {axes: [1, 2]}" },
        { "Merge: {mode: cos, dot_axes: 1}", "Dot: {axes: 1, normalize: true}" },
        { "Bidirectional: {layer: {LSTM: {output_dim: 4, inner_activation: relu}}}", "Bidirectional: {layer: {LSTM: {units: 4, recurrent_activation: relu}}}" },
        { "TimeDistributed: {layer: {Dense: {output_dim: 4}}}", "TimeDistributed: {layer: {Dense: {units: 4}}}" },
    };

    [Theory, MemberData(nameof(Layers))]
    public void AnOldLayerIsTheSameAsTodays(string old, string today)
    {
        var form = Form.Of(typeof(Layer));
        var expected = Read.Text(form.Write(Reading.Read<Layer>(Read.Yaml(today)), null, Dialect.Experiment));

        Assert.Equal(expected, Read.Text(form.Write(Reading.Read<Layer>(Read.Yaml(old)), null, Dialect.Experiment)));
    }

    /// <summary>The same words in Keras's own JSON, of whatever Keras, go through the same reader.</summary>
    [Theory, MemberData(nameof(Layers))]
    public void AnOldLayerIsTheSameInKerassOwnFiles(string old, string today)
    {
        var form = Form.Of(typeof(Layer));
        var (thing, expected) = (InKeras(Read.Yaml(old)), Read.Text(form.Write(Reading.Read<Layer>(Read.Yaml(today)), null, Dialect.Experiment)));

        Assert.Equal(expected, Read.Text(form.Write(Reading.Read<Layer>(thing, Dialect.Keras), null, Dialect.Experiment)));
    }

    private static Node InKeras(Node node) => node is MappingNode { Entries: [{ Value: MappingNode options } only] } && Catalog.Find(typeof(Layer), only.Name) is not null
        ? new MappingNode(
            [
                new Entry(new ScalarNode("class_name", quoted: true, node.At), only.Key),
                new Entry(new ScalarNode("config", quoted: true, node.At), new MappingNode([.. options.Entries.Select(option => new Entry(option.Key, InKeras(option.Value)))], node.At)),
            ],
            node.At)
        : node;

    private const string Data = """
        seed: 5
        data:
          toy: {source: synthetic, examples: {train: 24}, columns: {x: {shape: [8, 8, 1]}, y: {linear_of: x, classes: 3}}}
        """;

    /// <summary>A whole experiment in the words of Keras 1 trains to the same bits, and what it was resolved to is in today's.</summary>
    [Fact]
    public void AnExperimentInOldWordsTrainsToTheSameBits()
    {
        using var program = new ProgramUnderTest();
        var old = Weights(program, "old", """
            model:
              layers:
                - Convolution2D: {nb_filter: $vars.n, nb_row: 3, nb_col: 3, border_mode: same, subsample: [2, 2], activation: relu, batch_input_shape: [null, 8, 8, 1], name: c}
                - Convolution2D: {nb_filter: 4, nb_row: 3, nb_col: 3, border_mode: same, name: d}
                - Merge: {from: [c, d], mode: concat, concat_axis: 3}
                - Dropout: {p: 0.25}
                - Flatten
                - Highway: {activation: relu}
                - Dense: {output_dim: 3, init: he_normal, W_regularizer: l2, activation: softmax}
            compile: {loss: sparse_categorical_crossentropy, optimizer: {SGD: {lr: 0.1, decay: 0.01}}, metrics: [accuracy]}
            run: [fit: {x: toy.train.x, y: toy.train.y, nb_epoch: 2, batch_size: 8}, save: w.weights.h5]
            """, out var resolved);
        var today = Weights(program, "today", """
            model:
              layers:
                - Conv2D: {filters: 4, kernel_size: [3, 3], padding: same, strides: [2, 2], activation: relu, input_shape: [8, 8, 1], name: c}
                - Conv2D: {filters: 4, kernel_size: [3, 3], padding: same, name: d}
                - Concatenate: {from: [c, d], axis: 3}
                - Dropout: {rate: 0.25}
                - Flatten
                - Highway: {activation: relu}
                - Dense: {units: 3, kernel_initializer: he_normal, kernel_regularizer: l2, activation: softmax}
            compile: {loss: sparse_categorical_crossentropy, optimizer: {SGD: {learning_rate: 0.1, decay: 0.01}}, metrics: [accuracy]}
            run: [fit: {x: toy.train.x, y: toy.train.y, epochs: 2, batch_size: 8}, save: w.weights.h5]
            """, out _);

        Assert.Equal(today, old);
        Assert.Contains("filters: 4", resolved, StringComparison.Ordinal);
        Assert.Contains("epochs: 2\n", resolved, StringComparison.Ordinal);
        Assert.DoesNotContain("nb_", resolved, StringComparison.Ordinal);
        Assert.DoesNotContain("Merge", resolved, StringComparison.Ordinal);
        Assert.Equal(0, program.Invoke("validate", program.Write("resolved.yaml", resolved)));
    }

    private static string Weights(ProgramUnderTest program, string name, string experiment, out string resolved)
    {
        var file = program.Write("same.yaml", $"vars: {{n: 4}}\n{Data}\n{experiment}");
        Assert.True(program.Invoke("run", file, "--runs", program.Of(name)) == 0, program.Errors + program.Output);
        var run = Directory.GetDirectories(Path.Combine(program.Of(name), "same")).Single();
        resolved = File.ReadAllText(Path.Combine(run, "resolved.yaml"));
        var saved = Directory.GetFiles(run, "w.weights.h5", SearchOption.AllDirectories).Concat(Directory.GetFiles(program.Of("."), "w.weights.h5")).First();
        var bytes = Convert.ToHexString(File.ReadAllBytes(saved));
        File.Delete(saved);
        return bytes;
    }

    [Theory]
    [InlineData("Dense: {output_dim: 4, input_dim: 7}", "(Dense) │ [batch, 4]", "[batch, 7]")]
    [InlineData("Embedding: {input_dim: 9, output_dim: 4, input_length: 6}", "(Embedding) │ [batch, 6, 4]", "[batch, 6]")]
    [InlineData("LSTM: {output_dim: 4, input_dim: 7, input_length: 6}", "(LSTM) │ [batch, 4]", "[batch, 6, 7]")]
    [InlineData("LSTM: {output_dim: 4, input_dim: 7}", "(LSTM) │ [batch, 4]", "[batch, ?, 7]")]
    [InlineData("Convolution1D: {nb_filter: 4, filter_length: 3, input_dim: 7, input_length: 6}", "(Conv1D) │ [batch, 4, 4]", "[batch, 6, 7]")]
    [InlineData("TimeDistributedDense: {output_dim: 4, input_dim: 7, input_length: 6}", "(Dense) │ [batch, 6, 4]", "[batch, 6, 7]")]
    [InlineData("MaxoutDense: {output_dim: 4, input_dim: 7}", "(MaxoutDense) │ [batch, 4]", "[batch, 7]")]
    public void TheFirstLayerSaysTheInputAsKeras1Did(string layer, string output, string input)
    {
        using var program = new ProgramUnderTest();
        var file = program.Write("m.yaml", $"model:\n  layers:\n    - {layer}\n");

        Assert.True(program.Invoke("validate", file) == 0, program.Errors);
        var table = System.Text.RegularExpressions.Regex.Replace(program.Output, " +", " ");
        Assert.Contains(output, table, StringComparison.Ordinal);
        Assert.Contains(input, table, StringComparison.Ordinal);
    }

    /// <summary>A layer further on may say it too, as many did, to no effect; and an Embedding behind an input.</summary>
    [Fact]
    public void LaterLayersMaySayTheirInputInOldWordsToNoEffect()
    {
        using var program = new ProgramUnderTest();
        var file = program.Write("m.yaml", "model:\n  layers:\n    - Dense: {output_dim: 4, input_dim: 7}\n    - Dense: {output_dim: 2, input_dim: 4}\n");

        Assert.True(program.Invoke("validate", file) == 0, program.Errors);
    }

    [Theory]
    [InlineData("Conv2D: {filters: 4, kernel_size: 3, nb_filter: 5}", "'nb_filter' and 'filters' are the same option.", "nb_filter: 5", "'filters' alone")]
    [InlineData("Conv2D: {nb_filter: 4, kernel_size: 3, filters: 5}", "'filters' and 'nb_filter' are the same option.", "filters: 5", "'filters' alone")]
    [InlineData("Conv2D: {filters: 4, nb_row: 3}", "'nb_row' stands alone.", "nb_row", "nb_row and nb_col together")]
    [InlineData("Conv2D: {filters: 4, nb_row: 3, nb_col: 3, kernel_size: 3}", "'kernel_size' and 'nb_row' are the same option.", "kernel_size", "'kernel_size' alone")]
    [InlineData("Conv2D: {filters: 4, nb_row: 3, nb_col: x}", "", "x}", "a whole number")]
    [InlineData("Conv2D: {nb_filter: -4, kernel_size: 3}", "nb_filter is -4, which is out of range.", "-4", "a number of at least 1")]
    [InlineData("Conv2D: {nb_filters: 4, kernel_size: 3}", "Conv2D has no option 'nb_filters'. Did you mean 'nb_filter'?", "nb_filters", "one of")]
    [InlineData("Convolution2D: {nb_filter: 4, nb_row: 3, nb_col: 3, border_mode: full}", "border_mode cannot be 'full'.", "full", "one of valid, same")]
    [InlineData("LSTM: {output_dim: 4, forget_bias_init: uniform}", "forget_bias_init is 'uniform'.", "uniform", "one or zero")]
    [InlineData("Dense: {units: 4, input_dim: 3, input_shape: [3]}", "'input_shape' and 'input_dim' both say the shape of the input.", "input_shape", "one of the two")]
    [InlineData("Merge: {mode: sun}", "mode cannot be 'sun'. Did you mean 'sum'?", "sun", "one of sum, mul, ave, max, concat, dot, cos")]
    public void AMistakeInOldWordsIsToldAtThem(string layer, string problem, string word, string expected)
    {
        using var program = new ProgramUnderTest();
        const string Before = "model: {layers: [";

        Assert.Equal(2, program.Invoke("validate", program.Write("m.yaml", $"{Before}{layer}]}}\n")));
        Assert.Contains($"m.yaml:1:{Before.Length + layer.LastIndexOf(word, StringComparison.Ordinal) + 1}: error: {problem}", program.Errors, StringComparison.Ordinal);
        Assert.Contains($": expected {expected}", program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSchemaAdmitsOldNamesAndAdvisesAgainstThem()
    {
        var schema = JsonNode.Parse(ExperimentRunner.Runner.Configuration.ExperimentSchema.Generate())!;
        var conv = schema["definitions"]!["layer_Conv2D"]!["properties"]!;

        Assert.All(new[] { "nb_filter", "nb_row", "nb_col", "border_mode", "init", "dim_ordering" }, name => Assert.True((bool)conv[name]!["deprecated"]!));
        Assert.Null(conv["filters"]!["deprecated"]);
        Assert.Equal("An old name: 'kernel_size' today, a list of nb_row and nb_col.", (string?)conv["nb_row"]!["description"]);
    }
}
