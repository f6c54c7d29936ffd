using System.Buffers;
using System.Runtime.Intrinsics;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>
/// Convolutions of pictures by Winograd's way: a third to a quarter of the products, hence up to twice as fast as libtorch, and about as exact as libtorch's sums of as many
/// products in another order: some 1e-6 of the greatest value. Where it gains nothing, <see cref="Takes"/> says so, and libtorch is asked.
/// </summary>
internal sealed class WinogradConvolution : autograd.SingleTensorFunction<WinogradConvolution>
{
    private const long Few = 1 << 26; // products below which a convolution is over before its threads have begun
    private const int FewPairs = 16 * 32; // of channels: below, making tiles of the pictures costs more than is gained
    private const int ManyPairs = 512 * 512; // above, their 36 factors do not fit the caches
    private const string NeedsInput = "needs input";
    private const string HasBias = "has bias";

    [ThreadStatic]
    private static float[]? _room;

    /// <inheritdoc/>
    public override string Name => nameof(WinogradConvolution);

    /// <summary>Whether a convolution should be computed here.</summary>
    internal static bool Takes(WinogradShape shape, ScalarType type) =>
        Vector256.IsHardwareAccelerated && type == ScalarType.Float32
        && shape.In % 16 == 0 && shape.Out % 16 == 0 && shape.Pairs is >= FewPairs and <= ManyPairs
        && shape.Products >= Few && Math.Max(shape.Inputs, shape.Outputs) < int.MaxValue / sizeof(float);

    /// <summary>Whether a gradient may be asked for.</summary>
    internal static bool NeedsGradient(Tensor x, Tensor kernel) => is_grad_enabled() && (x.requires_grad || kernel.requires_grad);

    /// <summary>The convolution of pictures, channels last, with a kernel in Keras's order.</summary>
    internal static Tensor Convolve(WinogradShape shape, Tensor x, Tensor kernel, Tensor? bias)
    {
        using var pictures = x.contiguous();
        using var factors = kernel.contiguous();
        return NeedsGradient(x, kernel) || (is_grad_enabled() && bias is { requires_grad: true }) ? apply(pictures, factors, bias!, shape) : Forward(shape, pictures, factors, bias);
    }

    /// <summary>Has the code for convolutions of such sizes made ready on another thread, before the first is asked for.</summary>
    internal static void Prepare(WinogradShape shape)
    {
        if (IsWide(shape))
        {
            Of<SixteenLanes, Vector512<float>>.Prepare();
        }
        else
        {
            Of<EightLanes, Vector256<float>>.Prepare();
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, kernel, bias, shape) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor?)vars[2], (WinogradShape)vars[3]);
        ctx.save_for_backward([x, kernel]);
        ctx.save_data(nameof(WinogradShape), shape);
        ctx.save_data(NeedsInput, x.requires_grad);
        ctx.save_data(HasBias, bias is not null);
        return Forward(shape, x, kernel, bias);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var shape = (WinogradShape)ctx.get_data(nameof(WinogradShape));
        var saved = ctx.get_saved_variables();
        using var gradient = grad_output.contiguous();
        var (dx, dKernel, dBias) = Backward(shape, saved[0], saved[1], gradient, (bool)ctx.get_data(NeedsInput));
        saved.ForEach(tensor => tensor.Dispose());
        return [dx!, dKernel, (bool)ctx.get_data(HasBias) ? dBias : null!, null!];
    }

    private static bool IsWide(WinogradShape shape) => Vector512.IsHardwareAccelerated && shape.In % 32 == 0 && shape.Out % 32 == 0;

    private static Tensor Forward(WinogradShape shape, Tensor x, Tensor kernel, Tensor? bias) => IsWide(shape)
        ? Of<SixteenLanes, Vector512<float>>.Forward(shape, x, kernel, bias)
        : Of<EightLanes, Vector256<float>>.Forward(shape, x, kernel, bias);

    private static (Tensor? Input, Tensor Kernel, Tensor Bias) Backward(WinogradShape shape, Tensor x, Tensor kernel, Tensor gradient, bool input) => IsWide(shape)
        ? Of<SixteenLanes, Vector512<float>>.Backward(shape, x, kernel, gradient, input)
        : Of<EightLanes, Vector256<float>>.Backward(shape, x, kernel, gradient, input);

    /// <summary>What this thread has to work in.</summary>
    private static float[] Room(WinogradShape shape) =>
        _room is { } room && room.Length >= shape.Room ? room : _room = GC.AllocateArray<float>(shape.Room, pinned: true);

    private static unsafe float* Values(Tensor? tensor)
    {
        if (tensor is null)
        {
            return null;
        }

        fixed (byte* values = tensor.bytes)
        {
            return (float*)values; // memory of libtorch does not move
        }
    }

    /// <summary>The same, for a width of the processor.</summary>
    private static unsafe class Of<TLanes, T>
        where TLanes : struct, ILanes<T>
        where T : unmanaged
    {
        private static Task? _prepared;

        internal static void Prepare() => _prepared ??= Task.Run(() =>
        {
            var shape = new WinogradShape(1, 6, 6, 32, 32, 3, 1, 1, 6, 6);
            var (kernel, pictures) = (9 * shape.Pairs, (int)shape.Inputs);
            fixed (float* values = new float[kernel + (2 * shape.Factors) + shape.Out + (3 * pictures) + shape.Room])
            {
                var factors = values + kernel;
                var gradients = factors + shape.Factors;
                var x = gradients + shape.Factors + shape.Out;
                var y = x + pictures;
                var dx = y + pictures;
                var room = dx + pictures;
                Winograd<TLanes, T>.Kernel(shape, values, factors, 0, shape.Pairs);
                Winograd<TLanes, T>.Forward(shape, x, factors, null, y, 0, shape.Tiles, room);
                Winograd<TLanes, T>.Backward(shape, x, factors, y, dx, gradients, 0, 1, room);
                Winograd<TLanes, T>.Add(gradients, factors, shape.Pairs);
                Winograd<TLanes, T>.KernelGradient(shape, gradients, values, 0, shape.Pairs);
            }
        });

        internal static Tensor Forward(WinogradShape shape, Tensor x, Tensor kernel, Tensor? bias)
        {
            var y = empty(shape.Output);
            var (parts, tiles) = (get_num_threads(), shape.Examples * shape.Tiles);
            var factors = ArrayPool<float>.Shared.Rent(shape.Factors);
            fixed (float* start = factors)
            {
                var (from, with, to, added) = ((nint)Values(x), (nint)start, (nint)Values(y), (nint)Values(bias));
                MakeFactors(shape, kernel, with, parts);
                Team.Run(parts, part =>
                {
                    fixed (float* room = Room(shape))
                    {
                        Winograd<TLanes, T>.Forward(shape, (float*)from, (float*)with, (float*)added, (float*)to, Share(tiles, part, parts), Share(tiles, part + 1, parts), room);
                    }
                });
            }

            ArrayPool<float>.Shared.Return(factors);
            return y;
        }

        internal static (Tensor? Input, Tensor Kernel, Tensor Bias) Backward(WinogradShape shape, Tensor x, Tensor kernel, Tensor gradient, bool input)
        {
            var dx = input ? empty_like(x) : null;
            var (dKernel, dBias) = (empty_like(kernel), empty(shape.Out));
            var parts = Math.Min(get_num_threads(), shape.Examples);
            var size = shape.Factors + shape.Out; // of the gradients of one part
            var factors = ArrayPool<float>.Shared.Rent((parts * size) + shape.Factors);
            fixed (float* start = factors)
            {
                var (gradients, with) = ((nint)start, (nint)(start + (parts * size)));
                if (input)
                {
                    using var turned = kernel.transpose(2, 3).contiguous();
                    MakeFactors(shape, turned, with, parts);
                }

                var (from, given, below, to) = ((nint)Values(x), (nint)Values(gradient), (nint)Values(dx), (nint)Values(dKernel));
                Team.Run(parts, part =>
                {
                    var own = (float*)gradients + ((nint)part * size);
                    new Span<float>(own, size).Clear();
                    fixed (float* room = Room(shape))
                    {
                        var (first, end) = (Share(shape.Examples, part, parts), Share(shape.Examples, part + 1, parts));
                        Winograd<TLanes, T>.Backward(shape, (float*)from, (float*)with, (float*)given, (float*)below, own, first, end, room);
                    }
                });
                Team.Run(parts, part =>
                {
                    var (first, end) = (Lines(size, part, parts), Lines(size, part + 1, parts));
                    for (var other = 1; other < parts; other++)
                    {
                        Winograd<TLanes, T>.Add((float*)gradients + ((nint)other * size) + first, (float*)gradients + first, end - first);
                    }
                });
                Team.Run(parts, part => Winograd<TLanes, T>.KernelGradient(shape, (float*)gradients, (float*)to, Lines(shape.Pairs, part, parts), Lines(shape.Pairs, part + 1, parts)));
                new Span<float>(start + shape.Factors, shape.Out).CopyTo(new Span<float>(Values(dBias), shape.Out));
            }

            ArrayPool<float>.Shared.Return(factors);
            return (dx, dKernel, dBias);
        }

        private static void MakeFactors(WinogradShape shape, Tensor kernel, nint factors, int parts)
        {
            var from = (nint)Values(kernel);
            Team.Run(parts, part => Winograd<TLanes, T>.Kernel(shape, (float*)from, (float*)factors, Lines(shape.Pairs, part, parts), Lines(shape.Pairs, part + 1, parts)));
        }

        /// <summary>Where a part begins of values that are taken sixteen at a time.</summary>
        private static int Lines(int count, int part, int parts) => Share(count / 16, part, parts) * 16;

        private static int Share(int count, int part, int parts) => (int)((long)count * part / parts);
    }
}
