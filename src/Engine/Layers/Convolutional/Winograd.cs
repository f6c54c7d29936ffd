using System.Runtime.CompilerServices;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>Convolutions and their gradients by Winograd's way, of pictures in memory, a part of them at a time.</summary>
internal static unsafe class Winograd<TLanes, T>
    where TLanes : struct, ILanes<T>
    where T : unmanaged
{
    private const int Side = WinogradTile<TLanes, T>.Side;
    private const int Factors = Side * Side;
    private const int AllOnes = Side + 1; // of the 36 sums of A y Aᵀ, the one that adds all of y

    /// <summary>Makes the 36 factors of some pairs of channels.</summary>
    internal static void Kernel(WinogradShape shape, float* kernel, float* factors, int firstPair, int endPair)
    {
        for (var i = firstPair; i < endPair; i += TLanes.Count)
        {
            WinogradTile<TLanes, T>.Kernel(kernel + i, (nint)shape.Kernel * shape.Pairs, shape.Pairs, factors + i, shape.FactorStep, shape.Kernel);
        }
    }

    /// <summary>The transpose of <see cref="Kernel"/>.</summary>
    internal static void KernelGradient(WinogradShape shape, float* factors, float* kernel, int firstPair, int endPair)
    {
        for (var i = firstPair; i < endPair; i += TLanes.Count)
        {
            WinogradTile<TLanes, T>.KernelGradient(factors + i, shape.FactorStep, kernel + i, (nint)shape.Kernel * shape.Pairs, shape.Pairs, shape.Kernel);
        }
    }

    /// <summary>Adds values to others.</summary>
    internal static void Add(float* values, float* to, int count)
    {
        for (var i = 0; i < count; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Add(TLanes.Load(to + i), TLanes.Load(values + i)), to + i);
        }
    }

    /// <summary>The results of some tiles.</summary>
    internal static void Forward(WinogradShape shape, float* x, float* factors, float* bias, float* y, int first, int end, float* room)
    {
        var values = room;
        var (inStep, outStep) = ((nint)shape.InStep, (nint)shape.OutStep);
        var sums = values + (Factors * inStep);
        var patch = sums + (Factors * outStep);
        for (; first < end; first += shape.Together)
        {
            var count = Math.Min(shape.Together, end - first);
            for (var i = 0; i < count; i++)
            {
                Read(shape, x, first + i, patch, values + (i * shape.In), inStep);
            }

            for (var i = 0; i < Factors; i++)
            {
                Multiply(values + (i * inStep), shape.In, 1, factors + ((nint)i * shape.FactorStep), sums + (i * outStep), Whole(count), shape.Out, shape.In, adds: false);
            }

            for (var i = 0; i < count; i++)
            {
                var place = new WinogradPlace(shape, first + i, shape.Side, shape.Side, 0, 0, shape.OutHeight, shape.OutWidth);
                var straight = place.IsWhole && !shape.Pools;
                var to = straight ? y + (place.Start * shape.Out) : patch;
                var down = (nint)(straight ? shape.OutWidth : shape.Side) * shape.Out;
                for (var channel = 0; channel < shape.Out; channel += TLanes.Count)
                {
                    WinogradTile<TLanes, T>.Output(sums + (i * shape.Out) + channel, outStep, to + channel, down, shape.Out, shape.Side, bias is null ? TLanes.Of(0) : TLanes.Load(bias + channel));
                }

                if (shape.Pools)
                {
                    Pool(shape, first + i, patch, y);
                }
                else if (!straight)
                {
                    place.Move(patch, shape.Side, y, shape.OutWidth, shape.Out, toPatch: false);
                }
            }
        }
    }

    /// <summary>The gradients of some pictures: added to those of the factors and the bias, written to that of the pictures where it is asked for.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="x">The pictures.</param>
    /// <param name="turned">The factors of the kernel with its channels in the other order; not needed without <paramref name="dx"/>.</param>
    /// <param name="dy">The gradient of what came out.</param>
    /// <param name="dx">The gradient of the pictures, or null.</param>
    /// <param name="gradients">The gradient of the factors, and behind it that of the bias.</param>
    /// <param name="firstPicture">The first picture.</param>
    /// <param name="endPicture">The first picture that is left to others.</param>
    /// <param name="room">Where to work.</param>
    internal static void Backward(WinogradShape shape, float* x, float* turned, float* dy, float* dx, float* gradients, int firstPicture, int endPicture, float* room)
    {
        var values = room;
        var (inStep, outStep) = ((nint)shape.InStep, (nint)shape.OutStep);
        var sums = values + (Factors * inStep);
        var patch = sums + (Factors * outStep);
        var picture = shape.Height * shape.Width * shape.In;
        if (dx is not null)
        {
            new Span<float>(dx + ((nint)firstPicture * picture), (endPicture - firstPicture) * picture).Clear();
        }

        var end = endPicture * shape.Tiles;
        for (var first = firstPicture * shape.Tiles; first < end; first += shape.Together)
        {
            var count = Math.Min(shape.Together, end - first);
            for (var i = 0; i < count; i++)
            {
                var place = new WinogradPlace(shape, first + i, shape.Side, shape.Side, 0, 0, shape.OutHeight, shape.OutWidth);
                if (!place.IsWhole)
                {
                    place.Move(patch, shape.Side, dy, shape.OutWidth, shape.Out, toPatch: true);
                }

                var from = place.IsWhole ? dy + (place.Start * shape.Out) : patch;
                var down = place.IsWhole ? (nint)shape.OutWidth * shape.Out : (nint)shape.Side * shape.Out;
                for (var channel = 0; channel < shape.Out; channel += TLanes.Count)
                {
                    WinogradTile<TLanes, T>.OutputGradient(from + channel, down, shape.Out, sums + (i * shape.Out) + channel, outStep, shape.Side);
                }

                Add(sums + (AllOnes * outStep) + (i * shape.Out), gradients + shape.Factors, shape.Out);
                Read(shape, x, first + i, patch, values + (i * shape.In), inStep);
            }

            for (var i = 0; i < Factors; i++)
            {
                Multiply(values + (i * inStep), 1, shape.In, sums + (i * outStep), gradients + ((nint)i * shape.FactorStep), shape.In, shape.Out, count, adds: true);
            }

            if (dx is not null)
            {
                for (var i = 0; i < Factors; i++)
                {
                    Multiply(sums + (i * outStep), shape.Out, 1, turned + ((nint)i * shape.FactorStep), values + (i * inStep), Whole(count), shape.In, shape.Out, adds: false);
                }

                for (var i = 0; i < count; i++)
                {
                    var place = new WinogradPlace(shape, first + i, shape.Side, Side, shape.Top, shape.Left, shape.Height, shape.Width);
                    if (!place.IsWhole)
                    {
                        new Span<float>(patch, Factors * shape.In).Clear();
                    }

                    var to = place.IsWhole ? dx + (place.Start * shape.In) : patch;
                    var down = place.IsWhole ? (nint)shape.Width * shape.In : (nint)Side * shape.In;
                    for (var channel = 0; channel < shape.In; channel += TLanes.Count)
                    {
                        WinogradTile<TLanes, T>.AddInputGradient(values + (i * shape.In) + channel, inStep, to + channel, down, shape.In);
                    }

                    if (!place.IsWhole)
                    {
                        place.Add<TLanes, T>(patch, Side, dx, shape.Width, shape.In);
                    }
                }
            }
        }
    }

    /// <summary>The greatest of each two by two results of a tile, as far as windows are whole.</summary>
    private static void Pool(WinogradShape shape, int tile, float* patch, float* y)
    {
        (var picture, tile) = Math.DivRem(tile, shape.Tiles);
        var (down, across) = Math.DivRem(tile, shape.Across);
        var (height, width, half) = (shape.OutHeight / 2, shape.OutWidth / 2, shape.Side / 2);
        var (top, left, below) = (down * half, across * half, shape.Side * shape.Out);
        for (var row = 0; row < Math.Min(half, height - top); row++)
        {
            for (var column = 0; column < Math.Min(half, width - left); column++)
            {
                var from = patch + (2 * row * below) + (2 * column * shape.Out);
                var to = y + ((((((nint)picture * height) + top + row) * width) + left + column) * shape.Out);
                for (var i = 0; i < shape.Out; i += TLanes.Count)
                {
                    var above = TLanes.Max(TLanes.Load(from + i), TLanes.Load(from + shape.Out + i));
                    TLanes.Store(TLanes.Max(above, TLanes.Max(TLanes.Load(from + below + i), TLanes.Load(from + below + shape.Out + i))), to + i);
                }
            }
        }
    }

    private static int Whole(int count) => (count + 3) / 4 * 4;

    /// <summary>A tile's values, ready to be multiplied.</summary>
    private static void Read(WinogradShape shape, float* x, int tile, float* patch, float* to, nint step)
    {
        var place = new WinogradPlace(shape, tile, shape.Side, Side, shape.Top, shape.Left, shape.Height, shape.Width);
        if (!place.IsWhole)
        {
            place.Move(patch, Side, x, shape.Width, shape.In, toPatch: true);
        }

        var from = place.IsWhole ? x + (place.Start * shape.In) : patch;
        var down = place.IsWhole ? (nint)shape.Width * shape.In : (nint)Side * shape.In;
        for (var channel = 0; channel < shape.In; channel += TLanes.Count)
        {
            WinogradTile<TLanes, T>.Input(from + channel, down, shape.In, to + channel, step);
        }
    }

    /// <summary>c (+)= a · b, where c is [rows, columns], a has any steps and b is [depth, columns]. Rows come in fours.</summary>
    private static void Multiply(float* a, nint aRow, nint aDepth, float* b, float* c, int rows, int columns, int depth, bool adds)
    {
        for (var column = 0; column < columns; column += 2 * TLanes.Count)
        {
            for (var row = 0; row < rows; row += 4)
            {
                MultiplyFour(a + (row * aRow), aRow, aDepth, b + column, columns, c + ((nint)row * columns) + column, depth, adds);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyFour(float* a, nint aRow, nint aDepth, float* b, nint width, float* c, int depth, bool adds)
    {
        var (left0, left1, left2, left3) = (TLanes.Of(0), TLanes.Of(0), TLanes.Of(0), TLanes.Of(0));
        var (right0, right1, right2, right3) = (TLanes.Of(0), TLanes.Of(0), TLanes.Of(0), TLanes.Of(0));
        for (; depth > 0; depth--, a += aDepth, b += width)
        {
            var (left, right) = (TLanes.Load(b), TLanes.Load(b + TLanes.Count));
            var factor = TLanes.Of(a[0]);
            left0 = TLanes.MultiplyAdd(factor, left, left0);
            right0 = TLanes.MultiplyAdd(factor, right, right0);
            factor = TLanes.Of(a[aRow]);
            left1 = TLanes.MultiplyAdd(factor, left, left1);
            right1 = TLanes.MultiplyAdd(factor, right, right1);
            factor = TLanes.Of(a[2 * aRow]);
            left2 = TLanes.MultiplyAdd(factor, left, left2);
            right2 = TLanes.MultiplyAdd(factor, right, right2);
            factor = TLanes.Of(a[3 * aRow]);
            left3 = TLanes.MultiplyAdd(factor, left, left3);
            right3 = TLanes.MultiplyAdd(factor, right, right3);
        }

        Put(left0, right0, c, adds);
        Put(left1, right1, c + width, adds);
        Put(left2, right2, c + (2 * width), adds);
        Put(left3, right3, c + (3 * width), adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(T left, T right, float* to, bool adds)
    {
        TLanes.Store(adds ? TLanes.Add(TLanes.Load(to), left) : left, to);
        TLanes.Store(adds ? TLanes.Add(TLanes.Load(to + TLanes.Count), right) : right, to + TLanes.Count);
    }
}
