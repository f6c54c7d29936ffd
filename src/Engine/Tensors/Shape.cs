using System.Collections;
using System.Globalization;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>The lengths of a tensor's axes, Keras's way: the batch first, channels last. An axis may be unknown (null).</summary>
public sealed class Shape : IReadOnlyList<long?>, IEquatable<Shape>
{
    private readonly long?[] _axes;

    /// <summary>A shape of these axes; null is an axis whose length is not known yet.</summary>
    public Shape(params IEnumerable<long?> axes) => _axes = [.. axes];

    /// <summary>How many axes there are, the batch included.</summary>
    public int Rank => _axes.Length;

    /// <inheritdoc/>
    public int Count => _axes.Length;

    /// <summary>The axis at an index; a negative index counts from the end.</summary>
    public long? this[int axis] => _axes[axis < 0 ? axis + Rank : axis];

    /// <summary>The length of the last axis.</summary>
    public long? Last => _axes[^1];

    /// <summary>Whether every axis after the batch is known.</summary>
    public bool IsKnown => Array.TrueForAll(_axes[Math.Min(1, Rank)..], axis => axis is not null);

    /// <summary>A shape with a batch of unknown length before these axes.</summary>
    public static Shape OfBatch(params IEnumerable<long?> axes) => new([null, .. axes]);

    /// <summary>The product of the axes from one axis on, or null when one of them is unknown.</summary>
    public long? SizeFrom(int axis)
    {
        long? size = 1;
        foreach (var length in _axes.AsSpan(axis))
        {
            size *= length;
        }

        return size;
    }

    /// <summary>The same shape with another last axis.</summary>
    public Shape WithLast(long? length) => With(Rank - 1, length);

    /// <summary>The same shape with another axis at an index; a negative index counts from the end.</summary>
    public Shape With(int axis, long? length)
    {
        var axes = (long?[])_axes.Clone();
        axes[axis < 0 ? axis + Rank : axis] = length;
        return new Shape(axes);
    }

    /// <summary>The axes from one index up to another.</summary>
    public Shape Slice(int start, int length) => new(_axes.AsSpan(start, length).ToArray());

    /// <summary>Every axis as a number.</summary>
    /// <exception cref="InvalidOperationException">An axis is unknown.</exception>
    public long[] Known() => [.. _axes.Select(axis => axis ?? throw new InvalidOperationException($"The shape {this} has an unknown axis."))];

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _axes.AsSpan().SequenceEqual(other._axes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var axis in _axes)
        {
            hash.Add(axis);
        }

        return hash.ToHashCode();
    }

    /// <summary><c>[batch, 28, 28, 1]</c>; an unknown axis other than the batch is <c>?</c>.</summary>
    public override string ToString() =>
        $"[{string.Join(", ", _axes.Select((axis, i) => axis?.ToString(CultureInfo.InvariantCulture) ?? (i == 0 ? "batch" : "?")))}]";

    /// <inheritdoc/>
    public IEnumerator<long?> GetEnumerator() => ((IEnumerable<long?>)_axes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
