namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>What Keras 2.15 knows of layers and options, where it differs from Keras 3.</summary>
internal static class Keras2Words
{
    /// <summary>Layers that Keras 2 has not.</summary>
    internal static readonly HashSet<string> Unknown = new(StringComparer.Ordinal)
    {
        "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D", "AdaptiveMaxPooling1D", "AdaptiveMaxPooling2D",
        "AdaptiveMaxPooling3D", "GroupedQueryAttention", "GroupQueryAttention", "RMSNormalization", "ReversibleEmbedding", "MelSpectrogram",
        "STFTSpectrogram", "AutoContrast", "Solarization", "RandomPerspective", "RandomShear", "RandomColorJitter", "RandomHue", "RandomSaturation",
        "RandomSharpness", "RandomPosterization", "RandomGrayscale", "RandomErasing", "RandomInvert", "RandomGaussianBlur", "RandomElasticTransform",
        "Equalization", "MaxNumBoundingBoxes", "PositionEmbedding", "TokenAndPositionEmbedding", "TernaryDense", "Highway", "MaxoutDense", "SReLU", "ParametricSoftplus", "Merge", "RandomColorDegeneration",
        "AugMix", "RandAugment", "Pipeline",
    };

    /// <summary>Options that Keras 2 has not, each with what it does; another value cannot be said.</summary>
    internal static readonly Dictionary<string, (string Option, string Value)[]> Newer = new(StringComparer.Ordinal)
    {
        ["Attention"] = [("seed", "null")],
        ["AdditiveAttention"] = [("seed", "null")],
        ["BatchNormalization"] = [("synchronized", "false"), ("renorm", "false"), ("renorm_clipping", "null"), ("renorm_momentum", "0.99")],
        ["Dense"] = [("quantization_config", "null")],
        ["EinsumDense"] = [("quantization_config", "null")],
        ["Embedding"] = [("quantization_config", "null")],
        ["LayerNormalization"] = [("rms_scaling", "false")],
        ["MultiHeadAttention"] = [("use_gate", "false"), ("sliding_window", "null"), ("seed", "null")],
        ["GlorotUniform"] = [("input_axes", "null"), ("output_axes", "null")],
        ["GRU"] = [("zero_output_for_mask", "false"), ("seed", "null")],
        ["LSTM"] = [("zero_output_for_mask", "false"), ("seed", "null")],
        ["SimpleRNN"] = [("zero_output_for_mask", "false"), ("seed", "null")],
        ["RNN"] = [("zero_output_for_mask", "false")],
        ["GRUCell"] = [("seed", "null")],
        ["LSTMCell"] = [("seed", "null")],
        ["SimpleRNNCell"] = [("seed", "null")],
        ["ConvLSTM1D"] = [("zero_output_for_mask", "false"), ("seed", "null")],
        ["ConvLSTM2D"] = [("zero_output_for_mask", "false"), ("seed", "null")],
        ["ConvLSTM3D"] = [("zero_output_for_mask", "false"), ("seed", "null")],
        ["Resizing"] = [("data_format", "\"channels_last\""), ("pad_to_aspect_ratio", "false"), ("fill_mode", "\"constant\""), ("fill_value", "0.0"), ("antialias", "false")],
        ["SpatialDropout2D"] = [("data_format", "\"channels_last\"")],
        ["SpatialDropout3D"] = [("data_format", "\"channels_last\"")],
        ["ZeroPadding1D"] = [("data_format", "\"channels_last\"")],
    };

    /// <summary>Options that Keras 2 writes, at what it takes them for where they are missing, and Keras 3 refuses.</summary>
    internal static readonly Dictionary<string, (string Option, string Value)[]> Older = new(StringComparer.Ordinal)
    {
        ["CategoryEncoding"] = [("sparse", "false")],
        ["Conv1DTranspose"] = [("groups", "1")],
        ["Conv2DTranspose"] = [("groups", "1")],
        ["Conv3DTranspose"] = [("groups", "1")],
        ["DepthwiseConv1D"] = [("groups", "1")],
        ["DepthwiseConv2D"] = [("groups", "1")],
        ["ConvLSTM1D"] = [("time_major", "false")],
        ["ConvLSTM2D"] = [("time_major", "false")],
        ["ConvLSTM3D"] = [("time_major", "false")],
        ["GRU"] = [("time_major", "false"), ("implementation", "2")],
        ["LSTM"] = [("time_major", "false"), ("implementation", "2")],
        ["RNN"] = [("time_major", "false")],
        ["SimpleRNN"] = [("time_major", "false")],
        ["Dense"] = [("activity_regularizer", "null")],
        ["LocallyConnected1D"] = [("activity_regularizer", "null")],
        ["LocallyConnected2D"] = [("activity_regularizer", "null")],
        ["Embedding"] = [("input_length", "null"), ("batch_input_shape", "[null, null]")],
        ["SpatialDropout1D"] = [("trainable", "true"), ("noise_shape", "null")],
        ["SpatialDropout2D"] = [("trainable", "true"), ("noise_shape", "null")],
        ["SpatialDropout3D"] = [("trainable", "true"), ("noise_shape", "null")],
    };

    /// <summary>The activations that Keras 2 knows by name.</summary>
    internal static readonly HashSet<string> Activations = new(StringComparer.Ordinal)
    {
        "softmax", "elu", "selu", "softplus", "softsign", "swish", "relu", "gelu", "tanh", "sigmoid", "exponential", "hard_sigmoid", "linear", "mish",
    };
}
