using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing.Images;

/// <summary>Images to try layers with, and what layers make of them.</summary>
internal static class Pixels
{
    /// <summary>Images of values from 0 to a greatest: <c>[batch, height, width, channels]</c>.</summary>
    public static Tensor Of(long batch, long height, long width, long channels, float greatest = 255, ulong seed = 3)
    {
        var values = new float[batch * height * width * channels];
        new RandomKey(seed).FillUniform(values);
        return tensor(values, [batch, height, width, channels]) * greatest;
    }

    /// <summary>What a layer makes of images.</summary>
    public static Tensor Through(Layer layer, Tensor x, bool training = true, ulong seed = 5)
    {
        var type = x.is_floating_point() ? DataType.Float32 : DataType.UInt8;
        using var module = layer.Build([new Spec(new Shape(x.shape.Select(length => (long?)length)), type)], new BuildContext("layer", default));
        return module.Call([x], [null], new Call(training, new RandomKey(seed)))[0];
    }

    /// <summary>Makes each value of images anew: by image, row, column and channel.</summary>
    public static Tensor Map(Tensor x, Func<Func<long, long, long, long, double>, long, long, long, long, double> value)
    {
        var (shape, values) = (x.shape, x.contiguous().data<float>().ToArray());
        var made = new float[values.Length];
        var i = 0;
        for (var image = 0L; image < shape[0]; image++)
        {
            for (var row = 0L; row < shape[1]; row++)
            {
                for (var column = 0L; column < shape[2]; column++)
                {
                    for (var channel = 0L; channel < shape[3]; channel++)
                    {
                        made[i++] = (float)value(At, image, row, column, channel);
                    }
                }
            }
        }

        return tensor(made, shape);

        double At(long image, long row, long column, long channel) => values[(((((image * shape[1]) + row) * shape[2]) + column) * shape[3]) + channel];
    }

    public static void AssertClose(Tensor expected, Tensor actual, double tolerance = 1e-3)
    {
        Assert.Equal(expected.shape, actual.shape);
        var off = (expected - actual).abs().max().item<float>();
        Assert.True(off <= tolerance, $"off by {off:g3}");
    }
}
