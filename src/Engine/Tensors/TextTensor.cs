using System.Text;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>
/// Text on its way through a model: the bytes of its UTF-8 along one more axis than its shape has, filled up with a byte that UTF-8
/// never has. So text moves in batches like any tensor, and only layers of text know of the axis.
/// </summary>
public static class TextTensor
{
    private const byte End = 0xFF;

    /// <summary>Text as a tensor, which belongs to the caller's scope.</summary>
    public static Tensor Encode(TextArray text)
    {
        var texts = text.Values;
        var longest = 1;
        foreach (var one in texts)
        {
            longest = Math.Max(longest, Encoding.UTF8.GetByteCount(one));
        }

        var bytes = empty([.. text.Shape, longest], ScalarType.Byte);
        var room = bytes.numel() == 0 ? [] : bytes.bytes;
        room.Fill(End);
        for (var i = 0; i < texts.Count; i++)
        {
            Encoding.UTF8.GetBytes(texts[i], room[(i * longest)..]);
        }

        return bytes;
    }

    /// <summary>The text of a tensor.</summary>
    public static TextArray Decode(Tensor text)
    {
        var longest = (int)text.shape[^1];
        var shape = text.shape[..^1];
        var values = new string[shape.Aggregate(1L, (size, length) => size * length)];
        using var whole = text.contiguous();
        var bytes = whole.numel() == 0 ? [] : whole.bytes;
        for (var i = 0; i < values.Length; i++)
        {
            var one = bytes.Slice(i * longest, longest);
            var end = one.IndexOf(End);
            values[i] = Encoding.UTF8.GetString(end < 0 ? one : one[..end]);
        }

        return new TextArray(values, shape);
    }
}
