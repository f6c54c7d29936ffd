using System.Text;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Saving;

public class NpyTests
{
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
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", "too short")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "too short")]
    [InlineData("{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000,), }", "too short")]
    [InlineData("{'descr': '<U5', 'fortran_order': False, 'shape': (1,), }", "too short")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "cannot be read here")]
    [InlineData("{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (1,), }", "cannot be read here")]
    [InlineData("{'descr': [('a', '<i4'), ('b', '<f4')], 'fortran_order': False, 'shape': (1,), }", "cannot be read here")]
    [InlineData("{'fortran_order': False}", "cannot be read here")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "a shape that is none")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "a shape that is none")]
    [InlineData("{'descr': '<U1', 'fortran_order': False, 'shape': (2,), }", "is text, where numbers are due")]
    public void WhatIsNoArrayOfNumbersIsRefusedByName(string header, string problem)
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<DataException>(() => Read(header, new byte[8]));

        Assert.StartsWith("a.npy ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello, this is text")]
    [InlineData("\u0093NUMPY")]
    public void WhatIsNoArrayAtAllIsRefused(string content)
    {
        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(content));

        Assert.Equal("a.npy is no NumPy array.", Assert.Throws<DataException>(() => Npy.ReadHeader(stream, "a.npy")).Message);
    }

    [Fact]
    public void AHeaderThatIsTooLongIsRefused()
    {
        using var stream = new MemoryStream([0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0x7F]);

        Assert.Contains("which no array needs", Assert.Throws<DataException>(() => Npy.ReadHeader(stream, "a.npy")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnArrayThatEndsTooEarlyIsToldThough()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream(Array("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", new byte[8]));

        Assert.Equal("a.npy ends before its values do.", Assert.Throws<DataException>(() => Npy.ReadAny(stream, 1000, "a.npy")).Message);
    }

    [Theory]
    [InlineData("(0, 9223372036854775807)", new[] { 0, long.MaxValue })]
    [InlineData("(0,)", new[] { 0L })]
    public void AnEmptyArrayMayHaveAnyShape(string shape, long[] expected)
    {
        var header = Npy.ReadHeader(new MemoryStream(Array($"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}", [])), "a.npy");

        Assert.Equal(expected, header.Shape);
        Assert.Equal(0, header.Count);
    }

    [Fact]
    public void UnsignedNumbersThatAreTooLargeAreRefused()
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<DataException>(() => Read("{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }", [0, 0, 0, 0, 0, 0, 0, 0x80]));

        Assert.Contains("above 9223372036854775807", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextIsWrittenAndReadWithItsShape()
    {
        var text = new TextArray(["a", "naïve", "", "日本", "𝄞 clef", "b\nc"], 3, 2);
        using var stream = new MemoryStream();

        Npy.Write(stream, text);
        stream.Position = 0;
        var read = Npy.ReadAny(stream, stream.Length, "a.npy");

        Assert.Equal([3, 2], read.Shape);
        Assert.Equal(text.Values, read.Text!.Values);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(1 << 20)]
    public void ATensorsMemoryIsReadInPartsOfAnySize(long most)
    {
        using var scope = NewDisposeScope();
        var values = arange(100, int32).reshape(10, 10).narrow(0, 3, 5);

        var bytes = TensorBytes.Of(values, most).SelectMany(part => part.Span.ToArray()).ToArray();

        Assert.Equal(Enumerable.Range(30, 50), System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(bytes).ToArray());
    }

    private static Tensor Read(string header, byte[] values)
    {
        using var stream = new MemoryStream(Array(header, values));
        return Npy.Read(stream, values.Length, "a.npy");
    }

    private static byte[] Array(string header, byte[] values)
    {
        var text = Encoding.ASCII.GetBytes(header + "\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, .. values];
    }
}
