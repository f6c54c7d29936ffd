using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>An array of data: numbers in a tensor, or text.</summary>
public sealed class ArrayValues : IDisposable
{
    /// <summary>Numbers.</summary>
    public ArrayValues(Tensor numbers) => Numbers = numbers;

    /// <summary>Text.</summary>
    public ArrayValues(TextArray text) => Text = text;

    /// <summary>The numbers; null where it is text.</summary>
    public Tensor? Numbers { get; }

    /// <summary>The text; null where it is numbers.</summary>
    public TextArray? Text { get; }

    /// <summary>The lengths of the axes.</summary>
    public IReadOnlyList<long> Shape => Numbers?.shape ?? Text!.Shape;

    /// <summary>What the elements are.</summary>
    public DataType Type => Numbers is { } numbers ? DataTypes.FromTorch(numbers.dtype) : DataType.String;

    /// <summary>The values as a tensor, text as <see cref="TextTensor"/> has it; what is made anew belongs to the caller's scope.</summary>
    public Tensor ToTensor() => Numbers ?? TextTensor.Encode(Text!);

    /// <summary>The rows at these indices, int64; numbers belong to the caller's scope.</summary>
    public ArrayValues Take(Tensor rows) => Numbers is { } numbers
        ? new ArrayValues(numbers.index_select(0, rows))
        : new ArrayValues(Text!.Take(rows.data<long>().ToArray()));

    /// <summary>Neighbouring rows; numbers are a view, which belongs to the caller's scope.</summary>
    public ArrayValues Range(long start, long length) => Numbers is { } numbers
        ? new ArrayValues(numbers.narrow(0, start, length))
        : new ArrayValues(Text!.Range(start, length));

    /// <summary>The same, kept when the present scope ends.</summary>
    public ArrayValues Kept()
    {
        Numbers?.DetachFromDisposeScope();
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => Numbers?.Dispose();
}
