using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, spreads the values of each channel so that all are about as frequent; the frequencies are those of the whole batch.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are. As a transform of data it is at work.
/// Source: Keras 3, <c>keras.layers.Equalization</c>.
/// </remarks>
/// <example>Equalization</example>
[KerasName("Equalization")]
public sealed record Equalization : ImageLayer
{
    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <summary>How many values are told apart.</summary>
    [AtLeast(2)]
    public int Bins { get; init; } = 256;

    /// <inheritdoc/>
    private protected override bool InTrainingOnly => true;

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. Bounds.Mistakes(ValueRange)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var range = Bounds.Of(ValueRange);
        var bytes = Pictures.ToBytes(images, range);
        var channels = bytes.unbind(1).Select(channel => Equalized(channel).unsqueeze(1)).ToArray();
        return Pictures.FromBytes(cat(channels, 1), range);
    }

    private Tensor Equalized(Tensor channel)
    {
        var places = (channel * (Bins - 1) / 255).to_type(ScalarType.Int64).clamp(0, Bins - 1);
        var counts = zeros(Bins, ScalarType.Int64).scatter_add(0, places.reshape(-1), ones(places.numel(), ScalarType.Int64));
        if (counts.count_nonzero().item<long>() <= 1)
        {
            return channel;
        }

        var sums = counts.cumsum(0);
        var first = counts.index_select(0, (counts > 0).to_type(ScalarType.Int64).argmax().reshape(1)); // of the least value there is
        var table = ((sums - first) * 255).to_type(ScalarType.Float32) / (sums[-1] - first).clamp_min(1);
        var values = (channel / 255 * (Bins - 1)).clamp(0, Bins - 1).to_type(ScalarType.Int64);
        return table.round().clamp(0, 255).index_select(0, values.reshape(-1)).view(channel.shape);
    }
}
