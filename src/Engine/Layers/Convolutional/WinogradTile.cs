using System.Runtime.CompilerServices;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>
/// The sums of Winograd's convolution for tiles of 6 × 6 values: with <c>B</c>, <c>G</c> and <c>A</c> of the points 0, 1, −1, 2, −2 and infinity, the
/// <c>m × m</c> results (<c>m = 7 − r</c>) of a kernel <c>g</c> of <c>r × r</c> over a tile <c>d</c> are <c>Aᵀ((G g Gᵀ) ∘ (Bᵀ d B)) A</c>. Each function here
/// changes one axis twice: first down the columns, then along the rows. Beside each stands its transpose, which gradients need.
/// </summary>
/// <remarks>Source: Lavin and Gray (2015), "Fast Algorithms for Convolutional Neural Networks".</remarks>
internal static unsafe class WinogradTile<TLanes, T>
    where TLanes : struct, ILanes<T>
    where T : unmanaged
{
    /// <summary>Values of one axis of a tile.</summary>
    internal const int Side = 6;

    private const int Line = 64 / sizeof(float); // of the processor's caches

    /// <summary>Bᵀ d B: a tile's values become those that are multiplied.</summary>
    /// <param name="from">The tile's first value.</param>
    /// <param name="down">From a row to the next.</param>
    /// <param name="across">From a column to the next.</param>
    /// <param name="to">Where the first of the 36 goes.</param>
    /// <param name="step">From one of the 36 to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Input(float* from, nint down, nint across, float* to, nint step)
    {
        var room = stackalloc float[(Side * Side * TLanes.Count) + Line];
        var half = (T*)Aligned(room);
        for (var column = 0; column < Side; column++, from += across)
        {
            var (v0, v1, v2) = (TLanes.Load(from), TLanes.Load(from + down), TLanes.Load(from + (2 * down)));
            var (v3, v4, v5) = (TLanes.Load(from + (3 * down)), TLanes.Load(from + (4 * down)), TLanes.Load(from + (5 * down)));
            InputLine(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5);
            (half[column], half[Side + column], half[(2 * Side) + column]) = (v0, v1, v2);
            (half[(3 * Side) + column], half[(4 * Side) + column], half[(5 * Side) + column]) = (v3, v4, v5);
        }

        for (var row = half; row < half + (Side * Side); row += Side, to += Side * step)
        {
            var (v0, v1, v2, v3, v4, v5) = (row[0], row[1], row[2], row[3], row[4], row[5]);
            InputLine(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5);
            TLanes.Store(v0, to);
            TLanes.Store(v1, to + step);
            TLanes.Store(v2, to + (2 * step));
            TLanes.Store(v3, to + (3 * step));
            TLanes.Store(v4, to + (4 * step));
            TLanes.Store(v5, to + (5 * step));
        }
    }

    /// <summary>B v Bᵀ, added to what stands at the tile: the transpose of <see cref="Input"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddInputGradient(float* from, nint step, float* to, nint down, nint across)
    {
        var room = stackalloc float[(Side * Side * TLanes.Count) + Line];
        var half = (T*)Aligned(room);
        for (var column = 0; column < Side; column++, from += step)
        {
            var (v0, v1, v2) = (TLanes.Load(from), TLanes.Load(from + (Side * step)), TLanes.Load(from + (2 * Side * step)));
            var (v3, v4, v5) = (TLanes.Load(from + (3 * Side * step)), TLanes.Load(from + (4 * Side * step)), TLanes.Load(from + (5 * Side * step)));
            InputGradientLine(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5);
            (half[column], half[Side + column], half[(2 * Side) + column]) = (v0, v1, v2);
            (half[(3 * Side) + column], half[(4 * Side) + column], half[(5 * Side) + column]) = (v3, v4, v5);
        }

        for (var row = half; row < half + (Side * Side); row += Side, to += down)
        {
            var (v0, v1, v2, v3, v4, v5) = (row[0], row[1], row[2], row[3], row[4], row[5]);
            InputGradientLine(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5);
            TLanes.Store(TLanes.Add(TLanes.Load(to), v0), to);
            TLanes.Store(TLanes.Add(TLanes.Load(to + across), v1), to + across);
            TLanes.Store(TLanes.Add(TLanes.Load(to + (2 * across)), v2), to + (2 * across));
            TLanes.Store(TLanes.Add(TLanes.Load(to + (3 * across)), v3), to + (3 * across));
            TLanes.Store(TLanes.Add(TLanes.Load(to + (4 * across)), v4), to + (4 * across));
            TLanes.Store(TLanes.Add(TLanes.Load(to + (5 * across)), v5), to + (5 * across));
        }
    }

    /// <summary>Aᵀ m A: the 36 sums of products become <paramref name="side"/> × <paramref name="side"/> results, and a bias is added to each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Output(float* from, nint step, float* to, nint down, nint across, int side, T bias)
    {
        var room = stackalloc float[(Side * Side * TLanes.Count) + Line];
        var half = Aligned(room);
        for (var column = 0; column < Side; column++, from += step)
        {
            OutputLine(from, Side * step, half + (column * TLanes.Count), Side * TLanes.Count, side, TLanes.Of(0));
        }

        for (var row = 0; row < side; row++, half += Side * TLanes.Count, to += down)
        {
            OutputLine(half, TLanes.Count, to, across, side, bias);
        }
    }

    /// <summary>A y Aᵀ: the transpose of <see cref="Output"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void OutputGradient(float* from, nint down, nint across, float* to, nint step, int side)
    {
        var room = stackalloc float[(Side * Side * TLanes.Count) + Line];
        var half = Aligned(room);
        for (var column = 0; column < side; column++, from += across)
        {
            OutputGradientLine(from, down, half + (column * TLanes.Count), Side * TLanes.Count, side);
        }

        for (var row = 0; row < Side; row++, half += Side * TLanes.Count, to += Side * step)
        {
            OutputGradientLine(half, TLanes.Count, to, step, side);
        }
    }

    /// <summary>G g Gᵀ: a kernel of <paramref name="side"/> × <paramref name="side"/> becomes 36 factors.</summary>
    internal static void Kernel(float* from, nint down, nint across, float* to, nint step, int side)
    {
        var half = stackalloc T[Side * Side];
        for (var column = 0; column < side; column++)
        {
            for (var i = 0; i < Side; i++)
            {
                var sum = TLanes.Of(0);
                for (var k = 0; k < side; k++)
                {
                    sum = TLanes.MultiplyAdd(TLanes.Of(G(i, k, side)), TLanes.Load(from + (k * down) + (column * across)), sum);
                }

                half[(i * Side) + column] = sum;
            }
        }

        for (var i = 0; i < Side * Side; i++)
        {
            var sum = TLanes.Of(0);
            for (var k = 0; k < side; k++)
            {
                sum = TLanes.MultiplyAdd(TLanes.Of(G(i % Side, k, side)), half[(i / Side * Side) + k], sum);
            }

            TLanes.Store(sum, to + (i * step));
        }
    }

    /// <summary>Gᵀ u G: the transpose of <see cref="Kernel"/>.</summary>
    internal static void KernelGradient(float* from, nint step, float* to, nint down, nint across, int side)
    {
        var half = stackalloc T[Side * Side];
        for (var i = 0; i < side * Side; i++)
        {
            var (row, column) = (i / Side, i % Side);
            var sum = TLanes.Of(0);
            for (var k = 0; k < Side; k++)
            {
                sum = TLanes.MultiplyAdd(TLanes.Of(G(k, row, side)), TLanes.Load(from + (((k * Side) + column) * step)), sum);
            }

            half[i] = sum;
        }

        for (var i = 0; i < side * side; i++)
        {
            var (row, column) = (i / side, i % side);
            var sum = TLanes.Of(0);
            for (var k = 0; k < Side; k++)
            {
                sum = TLanes.MultiplyAdd(TLanes.Of(G(k, column, side)), half[(row * Side) + k], sum);
            }

            TLanes.Store(sum, to + (row * down) + (column * across));
        }
    }

    private static float* Aligned(float* room) => (float*)(((nint)room + 63) & ~63);

    private static float G(int row, int power, int side) => row switch
    {
        0 => power == 0 ? 1 / 4f : 0,
        1 => -1 / 6f,
        2 => power % 2 == 0 ? -1 / 6f : 1 / 6f,
        3 => (1 << power) / 24f,
        4 => (power % 2 == 0 ? 1 : -1) * (1 << power) / 24f,
        _ => power == side - 1 ? 1 : 0,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputLine(ref T v0, ref T v1, ref T v2, ref T v3, ref T v4, ref T v5)
    {
        var (two, four, five) = (TLanes.Of(2), TLanes.Of(4), TLanes.Of(-5));
        var even = TLanes.MultiplyAdd(TLanes.Of(-4), v2, v4);
        var odd = TLanes.MultiplyAdd(TLanes.Of(-4), v1, v3);
        var evenTwo = TLanes.Subtract(v4, v2);
        var oddTwo = TLanes.Subtract(v3, v1);
        v0 = TLanes.MultiplyAdd(four, v0, TLanes.MultiplyAdd(five, v2, v4));
        v5 = TLanes.MultiplyAdd(four, v1, TLanes.MultiplyAdd(five, v3, v5));
        v1 = TLanes.Add(even, odd);
        v2 = TLanes.Subtract(even, odd);
        v3 = TLanes.MultiplyAdd(two, oddTwo, evenTwo);
        v4 = TLanes.MultiplyAdd(TLanes.Of(-2), oddTwo, evenTwo);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputGradientLine(ref T v0, ref T v1, ref T v2, ref T v3, ref T v4, ref T v5)
    {
        var (four, five) = (TLanes.Of(4), TLanes.Of(-5));
        var (sum, difference) = (TLanes.Add(v1, v2), TLanes.Subtract(v1, v2));
        var (sumTwo, differenceTwo) = (TLanes.Add(v3, v4), TLanes.Subtract(v3, v4));
        var first = v0;
        v0 = TLanes.MultiplyAdd(four, first, TLanes.Of(0));
        v1 = TLanes.MultiplyAdd(TLanes.Of(-4), difference, TLanes.MultiplyAdd(TLanes.Of(-2), differenceTwo, TLanes.MultiplyAdd(four, v5, TLanes.Of(0))));
        v2 = TLanes.Subtract(TLanes.MultiplyAdd(five, first, TLanes.MultiplyAdd(TLanes.Of(-4), sum, TLanes.Of(0))), sumTwo);
        v3 = TLanes.MultiplyAdd(TLanes.Of(2), differenceTwo, TLanes.MultiplyAdd(five, v5, difference));
        v4 = TLanes.Add(first, TLanes.Add(sum, sumTwo));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputLine(float* from, nint fromStep, float* to, nint toStep, int side, T bias)
    {
        var (m1, m2, m3, m4) = (TLanes.Load(from + fromStep), TLanes.Load(from + (2 * fromStep)), TLanes.Load(from + (3 * fromStep)), TLanes.Load(from + (4 * fromStep)));
        var (sum, difference) = (TLanes.Add(bias, TLanes.Add(m1, m2)), TLanes.Add(bias, TLanes.Subtract(m1, m2)));
        var (sumTwo, differenceTwo) = (TLanes.Add(m3, m4), TLanes.Subtract(m3, m4));
        TLanes.Store(TLanes.Add(TLanes.Load(from), TLanes.Add(sum, sumTwo)), to);
        var last = TLanes.MultiplyAdd(TLanes.Of(2), differenceTwo, difference);
        if (side > 2)
        {
            TLanes.Store(last, to += toStep);
            last = TLanes.MultiplyAdd(TLanes.Of(4), sumTwo, sum);
        }

        if (side > 3)
        {
            TLanes.Store(last, to += toStep);
            last = TLanes.MultiplyAdd(TLanes.Of(8), differenceTwo, difference);
        }

        if (side > 4)
        {
            TLanes.Store(last, to += toStep);
            last = TLanes.MultiplyAdd(TLanes.Of(16), sumTwo, sum);
        }

        TLanes.Store(TLanes.Add(last, TLanes.Load(from + (5 * fromStep))), to + toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputGradientLine(float* from, nint fromStep, float* to, nint toStep, int side)
    {
        var (even, odd) = (TLanes.Load(from), TLanes.Load(from += fromStep));
        TLanes.Store(even, to);
        var (evenTwo, oddTwo, last) = (even, TLanes.Add(odd, odd), odd);
        if (side > 2)
        {
            last = TLanes.Load(from += fromStep);
            (even, evenTwo) = (TLanes.Add(even, last), TLanes.MultiplyAdd(TLanes.Of(4), last, evenTwo));
        }

        if (side > 3)
        {
            last = TLanes.Load(from += fromStep);
            (odd, oddTwo) = (TLanes.Add(odd, last), TLanes.MultiplyAdd(TLanes.Of(8), last, oddTwo));
        }

        if (side > 4)
        {
            last = TLanes.Load(from + fromStep);
            (even, evenTwo) = (TLanes.Add(even, last), TLanes.MultiplyAdd(TLanes.Of(16), last, evenTwo));
        }

        TLanes.Store(TLanes.Add(even, odd), to + toStep);
        TLanes.Store(TLanes.Subtract(even, odd), to + (2 * toStep));
        TLanes.Store(TLanes.Add(evenTwo, oddTwo), to + (3 * toStep));
        TLanes.Store(TLanes.Subtract(evenTwo, oddTwo), to + (4 * toStep));
        TLanes.Store(last, to + (5 * toStep));
    }
}
