namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>The sizes of a convolution by Winograd's way: channels last, steps of one, a square kernel of two to five.</summary>
/// <param name="Examples">How many pictures.</param>
/// <param name="Height">Rows of a picture.</param>
/// <param name="Width">Columns of a picture.</param>
/// <param name="In">Channels that go in.</param>
/// <param name="Out">Channels that come out.</param>
/// <param name="Kernel">Rows and columns of the kernel.</param>
/// <param name="Top">Rows of zeros above a picture.</param>
/// <param name="Left">Columns of zeros left of it.</param>
/// <param name="OutHeight">Rows that come out.</param>
/// <param name="OutWidth">Columns that come out.</param>
internal sealed record WinogradShape(int Examples, int Height, int Width, int In, int Out, int Kernel, int Top, int Left, int OutHeight, int OutWidth)
{
    private const int Line = 16; // values; without it all of the 36 would fall on the same few lines of the caches, and drive each other out
    private const int Block = 150_000; // values of tiles that the processor's nearer caches hold

    /// <summary>The sizes of a convolution, if it is of the kind that Winograd's way computes.</summary>
    /// <param name="window">The kernel's window.</param>
    /// <param name="format">Where the channels stand.</param>
    /// <param name="x">The shape of the pictures.</param>
    /// <param name="kernel">The shape of the kernel.</param>
    internal static WinogradShape? Of(Window window, Channels? format, long[] x, long[] kernel)
    {
        if (window is not { Rank: 2, Sizes: [>= 2 and <= 5 and var side, var other], Strides: [1, 1], Dilations: [1, 1] } || side != other
            || format is Channels.First || kernel[2] != x[3] || Array.Exists(x, length => length > int.MaxValue))
        {
            return null;
        }

        var (down, across) = (window.PaddingOf(x[1], 0), window.PaddingOf(x[2], 1));
        return new WinogradShape(
            (int)x[0], (int)x[1], (int)x[2], (int)x[3], (int)kernel[3], side, (int)down.Before, (int)across.Before,
            (int)(x[1] + down.Before + down.After) - side + 1, (int)(x[2] + across.Before + across.After) - side + 1);
    }

    /// <summary>Whether the greatest of each two by two results is put out; then there are no gradients.</summary>
    internal bool Pools { get; init; }

    /// <summary>Whether windows of a pooling, two by two and side by side, each lie in one tile.</summary>
    internal bool HoldsWhole(Window pooling) =>
        Side % 2 == 0 && pooling is { Rank: 2, Sizes: [2, 2], Strides: [2, 2], Padding: TimePadding.Valid } && OutHeight > 1 && OutWidth > 1;

    /// <summary>The shape of what is put out.</summary>
    internal long[] Output => Pools ? [Examples, OutHeight / 2, OutWidth / 2, Out] : [Examples, OutHeight, OutWidth, Out];

    /// <summary>Rows and columns of the results of a tile.</summary>
    internal int Side => 7 - Kernel;

    /// <summary>Rows of tiles in a picture.</summary>
    internal int Down => (OutHeight + Side - 1) / Side;

    /// <summary>Tiles in a row.</summary>
    internal int Across => (OutWidth + Side - 1) / Side;

    /// <summary>Tiles in a picture.</summary>
    internal int Tiles => Down * Across;

    /// <summary>Values that go in.</summary>
    internal long Inputs => (long)Examples * Height * Width * In;

    /// <summary>Values that come out.</summary>
    internal long Outputs => (long)Examples * OutHeight * OutWidth * Out;

    /// <summary>Products of the plain way.</summary>
    internal long Products => Outputs * Kernel * Kernel * In;

    /// <summary>Pairs of a channel that goes in and one that comes out.</summary>
    internal int Pairs => In * Out;

    /// <summary>From one of the 36 factors of a pair to the next.</summary>
    internal int FactorStep => Pairs + Line;

    /// <summary>Values that a kernel becomes.</summary>
    internal int Factors => 36 * FactorStep;

    /// <summary>How many tiles are worked on at once.</summary>
    internal int Together => Math.Max(32, Block / 36 / (In + Out) / 4 * 4);

    /// <summary>Values that a thread needs room for.</summary>
    internal int Room => 36 * (InStep + OutStep + Math.Max(In, Out));

    /// <summary>From one of the 36 values of a tile to the next.</summary>
    internal int InStep => (Together * In) + Line;

    /// <summary>From one of the 36 sums of a tile to the next.</summary>
    internal int OutStep => (Together * Out) + Line;
}
