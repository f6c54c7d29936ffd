using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Sorts tokens into bins by their hash; whole numbers by the hash of their digits.</summary>
/// <remarks>Source: TensorFlow, <c>tf.strings.to_hash_bucket_fast</c> (FarmHash), <c>tf.strings.to_hash_bucket_strong</c> (SipHash).</remarks>
internal static class HashBins
{
    /// <summary>The bin of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bins">How many bins there are.</param>
    /// <param name="salt">The key of SipHash, one number or two; null takes FarmHash.</param>
    internal static long Of(string text, long bins, IReadOnlyList<long>? salt) =>
        (long)((salt is null ? FarmHash.Of(text) : SipHash.Of(text, (ulong)salt[0], (ulong)salt[^1])) % (ulong)bins);

    /// <summary>The bin of a whole number.</summary>
    internal static long Of(long number, long bins, IReadOnlyList<long>? salt) => Of(number.ToString(CultureInfo.InvariantCulture), bins, salt);

    /// <summary>The error of a hash in ONNX, whose operators know neither digits nor bits.</summary>
    internal static OnnxException Refuse(OnnxGraph onnx) => onnx.Refuse("it hashes, and ONNX has no operators for digits, letters and bits");

    /// <summary>What is wrong with a salt.</summary>
    internal static IEnumerable<OptionMistake> Mistakes(IReadOnlyList<long>? salt)
    {
        if (salt is { Count: not (1 or 2) })
        {
            yield return new OptionMistake("salt", $"salt has {salt.Count} numbers.", "a whole number, or a list of two");
        }
    }

    /// <summary>A tensor of text or of numbers as texts, numbers as their digits, and its shape.</summary>
    internal static TextArray Texts(Tensor x, bool isText)
    {
        if (isText)
        {
            return TextTensor.Decode(x);
        }

        return new TextArray([.. Whole(x).Select(number => number.ToString(CultureInfo.InvariantCulture))], x.shape);
    }

    /// <summary>The values of a tensor as whole numbers, the last axis running fastest.</summary>
    internal static long[] Whole(Tensor x)
    {
        using var whole = x.detach().to_type(ScalarType.Int64).contiguous();
        return whole.data<long>().ToArray();
    }
}
