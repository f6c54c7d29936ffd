namespace ExperimentRunner.Engine.Tests.Layers.Convolutional;

/// <summary>A convolution in plain loops, and its gradients: every pair of an input and an output that a kernel's value joins.</summary>
/// <param name="sizes">Lengths of the window.</param>
/// <param name="strides">How far it moves.</param>
/// <param name="dilations">The distance of the values it sees.</param>
internal sealed class SlowConvolution(int[] sizes, int[] strides, int[] dilations)
{
    /// <summary>How many places come out, and how many are missing before the first input, by TensorFlow's rule.</summary>
    public (long Places, long Before) Borders(string padding, long length, int axis)
    {
        var reach = ((sizes[axis] - 1) * dilations[axis]) + 1;
        var all = padding == "valid" ? length - reach : length - 1;
        var places = (all / strides[axis]) + 1;
        return padding switch
        {
            "valid" => (places, 0),
            "causal" => (places, reach - 1),
            _ => (places, Math.Max(((places - 1) * strides[axis]) + reach - length, 0) / 2),
        };
    }

    /// <summary>Convolves, and goes back from the gradient of the output.</summary>
    /// <param name="input"><c>[batch, …, channels]</c>.</param>
    /// <param name="kernel"><c>[…, channels / groups, filters]</c>.</param>
    /// <param name="padding">The padding.</param>
    /// <param name="groups">The number of groups.</param>
    public (Grid Output, Func<Grid, (Grid Input, Grid Kernel)> Backward) Run(Grid input, Grid kernel, string padding, int groups)
    {
        var rank = sizes.Length;
        var borders = Enumerable.Range(0, rank).Select(axis => Borders(padding, input.Shape[axis + 1], axis)).ToArray();
        var output = new Grid([input.Shape[0], .. borders.Select(border => border.Places), kernel.Shape[^1]]);
        var (perGroup, filtersPerGroup) = (kernel.Shape[^2], kernel.Shape[^1] / groups);
        var joined = new List<(long[] In, long[] Out, long[] Tap)>();
        foreach (var at in output.Indices)
        {
            foreach (var tap in Grid.IndicesOf([.. sizes.Select(size => (long)size), perGroup]))
            {
                var group = at[^1] / filtersPerGroup;
                long[] seen =
                [
                    at[0],
                    .. Enumerable.Range(0, rank).Select(axis => (at[axis + 1] * strides[axis]) + (tap[axis] * dilations[axis]) - borders[axis].Before),
                    (group * perGroup) + tap[^1],
                ];
                if (input.Has(seen))
                {
                    joined.Add((seen, at, [.. tap, at[^1]]));
                }
            }
        }

        return Joined(input, kernel, output, joined);
    }

    /// <summary>
    /// The transposed convolution: each input is added, by the kernel's values, to the places of the output that see it in a
    /// convolution of an output that long.
    /// </summary>
    /// <param name="input"><c>[batch, …, channels]</c>.</param>
    /// <param name="kernel"><c>[…, filters, channels]</c>.</param>
    /// <param name="padding">The padding.</param>
    /// <param name="outputPadding">What is added to the output's lengths, or null.</param>
    public (Grid Output, Func<Grid, (Grid Input, Grid Kernel)> Backward) RunTransposed(Grid input, Grid kernel, string padding, int[]? outputPadding)
    {
        var rank = sizes.Length;
        var borders = Enumerable.Range(0, rank).Select<int, (long Places, long Before)>(axis =>
        {
            var reach = ((sizes[axis] - 1L) * dilations[axis]) + 1;
            var whole = (input.Shape[axis + 1] - 1) * strides[axis];
            return (padding, outputPadding?[axis]) switch
            {
                ("valid", null) => (whole + Math.Max(reach, strides[axis]), 0),
                ("valid", int added) => (whole + reach + added, 0),
                (_, null) => (whole + strides[axis], Math.Max(reach - strides[axis], 0) / 2),
                (_, int added) => (whole + (reach % 2) + added, (reach - (reach % 2) - added) / 2),
            };
        }).ToArray();
        var output = new Grid([input.Shape[0], .. borders.Select(border => border.Places), kernel.Shape[^2]]);
        var joined = new List<(long[] In, long[] Out, long[] Tap)>();
        foreach (var at in input.Indices)
        {
            foreach (var tap in Grid.IndicesOf(kernel.Shape[..^1]))
            {
                long[] reached =
                [
                    at[0],
                    .. Enumerable.Range(0, rank).Select(axis => (at[axis + 1] * strides[axis]) + (tap[axis] * dilations[axis]) - borders[axis].Before),
                    tap[^1],
                ];
                if (output.Has(reached))
                {
                    joined.Add((at, reached, [.. tap, at[^1]]));
                }
            }
        }

        return Joined(input, kernel, output, joined);
    }

    /// <summary>Adds a bias to each channel of an output.</summary>
    public static void Add(Grid output, Grid bias)
    {
        foreach (var at in output.Indices)
        {
            output[at] += bias[at[^1]];
        }
    }

    /// <summary>The gradient of a bias that was added to each channel.</summary>
    public static Grid Sum(Grid gradient)
    {
        var sum = new Grid(gradient.Shape[^1]);
        foreach (var at in gradient.Indices)
        {
            sum[at[^1]] += gradient[at];
        }

        return sum;
    }

    private static (Grid Output, Func<Grid, (Grid Input, Grid Kernel)> Backward) Joined(
        Grid input, Grid kernel, Grid output, List<(long[] In, long[] Out, long[] Tap)> joined)
    {
        foreach (var (seen, at, tap) in joined)
        {
            output[at] += input[seen] * kernel[tap];
        }

        return (output, gradient =>
        {
            var (inputs, kernels) = (new Grid(input.Shape), new Grid(kernel.Shape));
            foreach (var (seen, at, tap) in joined)
            {
                inputs[seen] += gradient[at] * kernel[tap];
                kernels[tap] += gradient[at] * input[seen];
            }

            return (inputs, kernels);
        });
    }
}
