using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>How layers of Keras 1 (0.3 to 1.2) are said in the words of Keras 2. Each function is one change.</summary>
/// <remarks>Source: Keras 2.0.9, <c>keras/legacy/interfaces.py</c>.</remarks>
internal static class Keras1Layers
{
    /// <summary>The changes, in order.</summary>
    internal static IReadOnlyList<Action<OldLayer>> Changes { get; } =
    [
        Classes, Weights, DimOrdering, InputType, Units, Recurrent, Convolutions, Transposed, Separable, Pools, UpSampling, Padding, Rates,
        Embeddings, PRelu, Normalization, Merged, Functions,
    ];

    private static readonly Dictionary<string, string> NewClasses = new(StringComparer.Ordinal)
    {
        ["Convolution1D"] = "Conv1D",
        ["Convolution2D"] = "Conv2D",
        ["Convolution3D"] = "Conv3D",
        ["AtrousConvolution1D"] = "Conv1D",
        ["AtrousConvolution2D"] = "Conv2D",
        ["AtrousConv1D"] = "Conv1D",
        ["AtrousConv2D"] = "Conv2D",
        ["Deconvolution2D"] = "Conv2DTranspose",
        ["Deconvolution3D"] = "Conv3DTranspose",
        ["SeparableConvolution2D"] = "SeparableConv2D",
        ["TimeDistributedDense"] = "Dense",
    };

    /// <summary>Keras 1: classes were called otherwise. A Dense works on every step of a sequence now, so TimeDistributedDense is one.</summary>
    private static void Classes(OldLayer layer)
    {
        if (NewClasses.TryGetValue(layer.Class, out var now))
        {
            layer.Class = now;
        }
    }

    /// <summary>Keras 1: <c>init</c>, <c>W_regularizer</c>, <c>b_constraint</c>, <c>bias</c> and the like. Two old layers keep their own words.</summary>
    private static void Weights(OldLayer layer)
    {
        if (layer.Class == "Highway")
        {
            layer.Drop("transform_bias"); // where a bias starts, which the file's weights overwrite
        }

        if (layer.Class is not ("Highway" or "MaxoutDense" or "Embedding" or "PReLU"))
        {
            layer.Rename(
                ("init", "kernel_initializer"), ("W_regularizer", "kernel_regularizer"), ("b_regularizer", "bias_regularizer"),
                ("W_constraint", "kernel_constraint"), ("b_constraint", "bias_constraint"), ("bias", "use_bias"));
        }
    }

    /// <summary>Keras 1: <c>dim_ordering: tf</c> or <c>th</c>.</summary>
    private static void DimOrdering(OldLayer layer)
    {
        if (layer.Config.Text("dim_ordering") is { } ordering)
        {
            layer.Drop("dim_ordering");
            if (ordering is "tf" or "th")
            {
                layer.Config["data_format"] = ordering == "th" ? "channels_first" : "channels_last";
            }
        }
    }

    /// <summary>Keras 1: <c>input_dtype</c> was the type of the model's input.</summary>
    private static void InputType(OldLayer layer)
    {
        if (layer.Class == "InputLayer")
        {
            layer.Rename(("input_dtype", "dtype"));
        }

        layer.Drop("input_dtype");
        if (layer.Class is not "Embedding")
        {
            layer.Drop("input_dim", "input_length");
        }
    }

    /// <summary>Keras 1: <c>output_dim</c>.</summary>
    private static void Units(OldLayer layer)
    {
        if (layer.Class is "Dense" or "LSTM" or "GRU" or "SimpleRNN")
        {
            layer.Rename(("output_dim", "units"));
        }
    }

    /// <summary>Keras 1: <c>inner_init</c>, <c>inner_activation</c>, <c>dropout_W</c>, <c>forget_bias_init</c> and the like.</summary>
    private static void Recurrent(OldLayer layer)
    {
        if (layer.Class is not ("LSTM" or "GRU" or "SimpleRNN" or "ConvLSTM2D"))
        {
            return;
        }

        layer.Rename(
            ("inner_init", "recurrent_initializer"), ("inner_activation", "recurrent_activation"), ("U_regularizer", "recurrent_regularizer"),
            ("dropout_W", "dropout"), ("dropout_U", "recurrent_dropout"));
        layer.Drop("consume_less");
        if (layer.Config.Text("forget_bias_init") is { } forget)
        {
            layer.Drop("forget_bias_init");
            layer.Config["unit_forget_bias"] = forget == "one";
        }
    }

    /// <summary>Keras 1: <c>nb_filter</c>, <c>nb_row</c>, <c>nb_col</c>, <c>subsample</c>, <c>border_mode</c>, <c>atrous_rate</c> and the like.</summary>
    private static void Convolutions(OldLayer layer)
    {
        layer.Rename(("nb_filter", "filters"), ("filter_length", "kernel_size"), ("subsample_length", "strides"), ("subsample", "strides"), ("border_mode", "padding"), ("atrous_rate", "dilation_rate"));
        layer.Join("kernel_size", "nb_row", "nb_col");
        layer.Join("kernel_size", "kernel_dim1", "kernel_dim2", "kernel_dim3");
    }

    /// <summary>Keras 1: a transposed convolution had to be told its <c>output_shape</c>, which its other options give too.</summary>
    private static void Transposed(OldLayer layer)
    {
        if (layer.Class is "Conv2DTranspose" or "Conv3DTranspose")
        {
            layer.Drop("output_shape");
        }
    }

    /// <summary>Keras 1: one <c>init</c> for both kernels of a separable convolution.</summary>
    private static void Separable(OldLayer layer)
    {
        if (layer.Class == "SeparableConv2D" && layer.Config.ContainsKey("kernel_initializer"))
        {
            layer.Config["depthwise_initializer"] = layer.Config["kernel_initializer"]?.DeepClone();
            layer.Rename(("kernel_initializer", "pointwise_initializer"));
        }
    }

    /// <summary>Keras 1: <c>pool_length</c>, <c>stride</c>.</summary>
    private static void Pools(OldLayer layer) => layer.Rename(("pool_length", "pool_size"), ("stride", "strides"));

    /// <summary>Keras 1: <c>length</c>.</summary>
    private static void UpSampling(OldLayer layer)
    {
        if (layer.Class == "UpSampling1D")
        {
            layer.Rename(("length", "size"));
        }
    }

    /// <summary>Keras 1: a padding by sides, <c>{top_pad: 1, …}</c>.</summary>
    private static void Padding(OldLayer layer)
    {
        if (layer.Class.StartsWith("ZeroPadding", StringComparison.Ordinal) && layer.Config.Object("padding") is { } sides)
        {
            layer.Config["padding"] = new JsonArray(Pair("top_pad", "bottom_pad"), Pair("left_pad", "right_pad"));
            JsonArray Pair(string one, string other) => new(sides[one].Whole() ?? 0, sides[other].Whole() ?? 0);
        }
    }

    /// <summary>Keras 1: a dropout's rate was <c>p</c>, a noise's deviation <c>sigma</c>.</summary>
    private static void Rates(OldLayer layer) => layer.Rename(("p", "rate"), ("sigma", "stddev"));

    /// <summary>Keras 1: <c>init</c>, <c>W_regularizer</c>; a <c>dropout</c> of whole rows, which no later Keras has.</summary>
    private static void Embeddings(OldLayer layer)
    {
        if (layer.Class == "Embedding")
        {
            layer.Rename(("init", "embeddings_initializer"), ("W_regularizer", "embeddings_regularizer"), ("W_constraint", "embeddings_constraint"));
            layer.Drop("dropout");
        }
    }

    /// <summary>Keras 1: <c>init</c>.</summary>
    private static void PRelu(OldLayer layer)
    {
        if (layer.Class == "PReLU")
        {
            layer.Rename(("init", "alpha_initializer"));
            layer.Drop("weights");
        }
    }

    /// <summary>Keras 1: <c>mode</c> said what the means are taken of; only mode 0, the usual one, was kept.</summary>
    private static void Normalization(OldLayer layer)
    {
        if (layer.Class != "BatchNormalization")
        {
            return;
        }

        layer.Rename(("gamma_init", "gamma_initializer"), ("beta_init", "beta_initializer"));
        if (layer.Config["mode"].Whole() is { } mode and not 0)
        {
            throw new FileProblem($"{layer.Name} normalizes in mode {mode} of Keras 1, which no later Keras has.");
        }

        layer.Drop("mode");
    }

    /// <summary>Keras 1: one layer <c>Merge</c> whose <c>mode</c> said what to do.</summary>
    private static void Merged(OldLayer layer)
    {
        if (layer.Class != "Merge")
        {
            return;
        }

        var mode = layer.Config.Text("mode");
        layer.Class = mode switch
        {
            "sum" => "Add",
            "mul" => "Multiply",
            "ave" => "Average",
            "max" => "Maximum",
            "concat" => "Concatenate",
            "dot" or "cos" => "Dot",
            _ => throw new FileProblem($"{layer.Name} merges by a function that its author wrote in Python, and code is not read from files."),
        };
        var (axis, axes) = (layer.Config["concat_axis"]?.DeepClone(), layer.Config["dot_axes"]?.DeepClone());
        layer.Drop("mode", "mode_type", "concat_axis", "dot_axes", "output_shape", "output_shape_type", "output_mask", "output_mask_type", "arguments", "layers");
        if (mode == "concat")
        {
            layer.Config["axis"] = axis ?? -1;
        }
        else if (mode is "dot" or "cos")
        {
            layer.Config["axes"] = axes is JsonArray { Count: 2 } pair && pair[0] is JsonArray { Count: 1 } one && pair[1] is JsonArray { Count: 1 } other
                ? new JsonArray(one[0]?.DeepClone(), other[0]?.DeepClone()) : axes ?? 1;
            layer.Config["normalize"] = mode == "cos";
        }
    }

    /// <summary>Keras 1: initializers by short words, regularizers and constraints by a <c>name</c> among their own numbers.</summary>
    private static void Functions(OldLayer layer)
    {
        foreach (var (option, value) in layer.Config.ToList())
        {
            if (option.EndsWith("_initializer", StringComparison.Ordinal) || option == "init")
            {
                layer.Config[option] = value.AsText() switch
                {
                    "uniform" => Thing("RandomUniform", new JsonObject { ["minval"] = -0.05, ["maxval"] = 0.05 }),
                    "normal" => Thing("RandomNormal", new JsonObject { ["mean"] = 0.0, ["stddev"] = 0.05 }),
                    "zero" => "zeros",
                    "one" => "ones",
                    _ => value?.DeepClone(),
                };
            }
            else if (value is JsonObject old && !old.ContainsKey("class_name") && old.Text("name") is { } name)
            {
                var numbers = new JsonObject([.. old.Where(pair => pair.Key != "name").Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key == "m" ? "max_value" : pair.Key, pair.Value?.DeepClone()))]);
                layer.Config[option] = Thing(name is "WeightRegularizer" or "ActivityRegularizer" or "L1L2Regularizer" ? "L1L2" : name, numbers);
            }
        }
    }

    private static JsonObject Thing(string name, JsonObject config) => new() { ["class_name"] = name, ["config"] = config };
}
