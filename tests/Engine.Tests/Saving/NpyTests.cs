using System.Text;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Saving;

public class NpyTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Bool)]
    public void WhatIsWrittenIsRead(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        var values = arange(12).reshape(3, 4).to_type(type);

        Npz.Write(folder.Of("a.npz"), [KeyValuePair.Create("x", values), KeyValuePair.Create("one", values[0, 1])]);
        var read = Npz.Read(folder.Of("a.npz"));

        Assert.True(values.Equals(read["x"]));
        Assert.Equal([], read["one"].shape);
        Assert.Equal(type, read["x"].dtype);
    }

    [Fact]
    public void FortransOrderAndTurnedBytesAreUnderstood()
    {
        using var scope = NewDisposeScope();
        byte[] values = [0, 1, 0, 3, 0, 5, 0, 2, 0, 4, 0, 6]; // big-endian i2, first axis fastest: [[1, 2], [3, 4], [5, 6]]

        var read = Read("{'descr': '>i2', 'fortran_order': True, 'shape': (3, 2), }", values);

        Assert.Equal([3, 2], read.shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], read.reshape(-1).data<short>().ToArray());
    }

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "Python objects")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }", "too short")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "too short")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "cannot be read here")]
    [InlineData("{'fortran_order': False}", "cannot be read here")]
    public void WhatIsNoArrayOfNumbersIsRefused(string header, string problem)
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<DataException>(() => Read(header, new byte[8]));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static Tensor Read(string header, byte[] values)
    {
        var text = Encoding.ASCII.GetBytes(header + "\n");
        byte[] bytes = [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, .. values];
        return Npy.Read(new MemoryStream(bytes), bytes.Length - 10 - text.Length, "a.npy");
    }
}
