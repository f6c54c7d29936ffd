using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>How layers of Keras 2 (2.0 to 2.15, and tf.keras) are said in the words of Keras 3. Each function is one change.</summary>
internal static class Keras2Layers
{
    /// <summary>The changes, in order.</summary>
    internal static IReadOnlyList<Action<OldLayer>> Changes { get; } =
    [
        OwnStartValues, Truths, LegacyClasses, CuDnn, InputShape, Inherited, AxisInList, Fused, TimeMajor, ResetAfter, NumpyNumbers, Epsilon, HardSigmoid, MergedWithoutAxis,
    ];

    /// <summary>Keras 1 and 2: start values by a function of the author's, such as <c>&lt;lambda&gt;</c>; the file's weights overwrite them.</summary>
    private static void OwnStartValues(OldLayer layer)
    {
        foreach (var (option, value) in layer.Config.ToList())
        {
            if ((option.EndsWith("init", StringComparison.Ordinal) || option.EndsWith("_initializer", StringComparison.Ordinal))
                && value.AsText() is { } name && Catalog.Find(typeof(Initializer), name) is null)
            {
                layer.Drop(option);
            }
        }
    }

    /// <summary>Keras 1 and 2: whatever was given for true or false was kept as it was, and any number but 0 counts as true.</summary>
    private static void Truths(OldLayer layer)
    {
        foreach (var option in new[] { "stateful", "return_sequences", "return_state", "go_backwards", "unroll", "use_bias", "bias", "mask_zero", "trainable", "scale", "center" })
        {
            if (layer.Config[option] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && !(layer.Class == "Rescaling" && option == "scale"))
            {
                layer.Config[option] = value.GetValue<double>() != 0;
            }
        }
    }

    /// <summary>Keras 2.1 to 2.3: a GPU's own recurrent layers, with fixed activations.</summary>
    private static void CuDnn(OldLayer layer)
    {
        if (layer.Class is "CuDNNLSTM" or "CuDNNGRU")
        {
            layer.Class = layer.Class[5..];
            layer.Config["activation"] = "tanh";
            layer.Config["recurrent_activation"] = "sigmoid";
            if (layer.Class == "GRU")
            {
                layer.Config["reset_after"] = true;
            }
        }
    }

    /// <summary>Keras 1 and 2: an input's shape was its <c>batch_input_shape</c>; the first layer of a list might have one too.</summary>
    private static void InputShape(OldLayer layer)
    {
        if (layer.Class == "InputLayer")
        {
            layer.Rename(("batch_input_shape", "batch_shape"));
        }
        else if (layer.Config.ContainsKey("batch_input_shape"))
        {
            layer.Json["batch_input_shape"] = layer.Config["batch_input_shape"]?.DeepClone();
            layer.Drop("batch_input_shape");
        }
    }

    /// <summary>Keras 2: options that a layer had from the class it was derived from, and never looked at.</summary>
    private static void Inherited(OldLayer layer)
    {
        switch (layer.Class)
        {
            case "SeparableConv1D" or "SeparableConv2D":
                layer.Drop("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint");
                break;
            case "DepthwiseConv1D" or "DepthwiseConv2D":
                layer.Drop("groups", "filters", "kernel_initializer", "kernel_regularizer", "kernel_constraint");
                break;
            case "Conv1DTranspose" or "Conv2DTranspose" or "Conv3DTranspose" or "LocallyConnected1D" or "LocallyConnected2D":
                layer.Drop("groups");
                break;
            case "Cropping1D" or "UpSampling1D" or "RepeatVector":
                layer.Drop("data_format");
                break;
        }
    }

    /// <summary>Keras 2.2 to 2.15: the axis of BatchNormalization stood in a list.</summary>
    private static void AxisInList(OldLayer layer)
    {
        if (layer.Class.StartsWith("BatchNormalization", StringComparison.Ordinal) && layer.Config.List("axis") is [{ } axis])
        {
            layer.Config["axis"] = axis.DeepClone();
        }
    }

    /// <summary>tf.keras 1.4 to 2.15: images were normalized in one fused step, whose moving variance follows the unbiased variance.</summary>
    private static void Fused(OldLayer layer)
    {
        if (layer.Class.StartsWith("BatchNormalization", StringComparison.Ordinal))
        {
            layer.Config["fused"] = layer.Origin.Generation == 2 && layer.Origin.Backend is null or "tensorflow" && layer.Config["fused"]?.ToJsonString() != "false";
        }
    }

    /// <summary>Keras 2: sequences with the time first, and hints to the implementation.</summary>
    private static void TimeMajor(OldLayer layer)
    {
        if (layer.Config.Flag("time_major") is true)
        {
            throw new FileProblem($"{layer.Name} takes sequences with the time before the batch (time_major), which Keras 3 does not either.");
        }

        layer.Drop("time_major");
        if (layer.Class is "LSTM" or "GRU" or "SimpleRNN" or "LSTMCell" or "GRUCell" or "SimpleRNNCell" or "ConvLSTM1D" or "ConvLSTM2D" or "ConvLSTM3D")
        {
            layer.Drop("implementation");
        }
    }

    /// <summary>Keras 1 to 2.0, and tf.keras 1: a GRU that does not say <c>reset_after</c> resets before.</summary>
    private static void ResetAfter(OldLayer layer)
    {
        if (layer.Class is "GRU" or "GRUCell" && !layer.Config.ContainsKey("reset_after"))
        {
            layer.Config["reset_after"] = false;
        }
    }

    /// <summary>Keras 2.0 to 2.2: single numbers were written as arrays, <c>{type: ndarray, value: 0.3}</c>.</summary>
    private static void NumpyNumbers(OldLayer layer)
    {
        foreach (var (option, value) in layer.Config.ToList())
        {
            if (value is JsonObject array && array.Text("type") is "ndarray" or "float32" && array["value"] is JsonValue number)
            {
                layer.Config[option] = number.DeepClone();
            }
        }
    }

    /// <summary>Keras 1: an epsilon of BatchNormalization may be absent, and was 0.001 then as now; earlier, of 0.3, 1e-6.</summary>
    private static void Epsilon(OldLayer layer)
    {
        if (layer.Class == "BatchNormalization" && layer.Origin.Version?.StartsWith("0.", StringComparison.Ordinal) is true && !layer.Config.ContainsKey("epsilon"))
        {
            layer.Config["epsilon"] = 1e-6;
        }
    }

    /// <summary>Keras 2 and tf.keras: the same class under the name of a version, as in <c>BatchNormalizationV1</c>.</summary>
    private static void LegacyClasses(OldLayer layer)
    {
        if (layer.Class is "UnifiedLSTM" or "UnifiedGRU")
        {
            layer.Class = layer.Class["Unified".Length..];
        }

        if (layer.Class is "BatchNormalizationV1" or "BatchNormalizationV2" or "SyncBatchNormalization" or "LSTMV1" or "LSTMV2" or "GRUV1" or "GRUV2")
        {
            layer.Class = layer.Class == "SyncBatchNormalization" ? "BatchNormalization" : layer.Class[..^2];
        }
    }

    /// <summary>Keras 1 and 2: <c>hard_sigmoid</c> had the slope 0.2.</summary>
    private static void HardSigmoid(OldLayer layer)
    {
        foreach (var option in new[] { "activation", "recurrent_activation", "inner_activation" })
        {
            if (layer.Config.Text(option) == "hard_sigmoid")
            {
                layer.Config[option] = new JsonObject { ["class_name"] = "hard_sigmoid", ["config"] = new JsonObject { ["slope"] = 0.2 } };
            }
        }
    }

    /// <summary>Keras 2: the axis of a Dot might be a list of one, for both.</summary>
    private static void MergedWithoutAxis(OldLayer layer)
    {
        if (layer.Class == "Dot" && layer.Config["axes"] is JsonArray { Count: 1 } one && one[0]?.GetValueKind() == JsonValueKind.Number)
        {
            layer.Config["axes"] = one[0]!.DeepClone();
        }
    }
}
