using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Tests.Runs;

public class MeasurementTests
{
    [Fact]
    public void ALineIsReadWithWhatIsNoNumber()
    {
        var line = Measurement.Parse("""{"time":1.5,"step":600,"epoch":2,"phase":"fit","fit":2,"values":{"loss":"NaN","val_loss":"-Infinity","accuracy":0.5}}"""u8.ToArray());

        Assert.Equal((1.5, 600L, 2L, "fit", 2), (line!.Time, line.Step, line.Epoch!.Value, line.Phase, line.Fit!.Value));
        Assert.Equal([double.NaN, double.NegativeInfinity, 0.5], line.Values.Values);
        Assert.Equal("fit/loss", line.CurveOf("loss"));
    }

    [Theory]
    [InlineData("""{"time":1.5,"st""")]
    [InlineData("""[1]""")]
    [InlineData("")]
    [InlineData("""{"step":1}""")]
    [InlineData("""{"values":3}""")]
    [InlineData("""{"step":1,"values":{"\ud800":3}}""")]
    public void WhatIsNoMeasurementIsPassedOver(string line)
    {
        using var folder = new TempFolder();
        File.WriteAllLines(folder.Of("metrics.jsonl"), [line, """{"step":7,"values":{}}"""]);

        Assert.Equal(7, Assert.Single(Measurement.ReadAll(folder.Of("metrics.jsonl"))).Step);
    }

    [Fact]
    public void AGigabyteWithoutALineIsPassedOver()
    {
        using var folder = new TempFolder();
        using (var file = File.Create(folder.Of("metrics.jsonl")))
        {
            file.SetLength(1L << 30); // a hole: no bytes on the disk, zeros to read
            file.Seek(0, SeekOrigin.End);
            file.Write("\n{\"step\":7,\"values\":{}}"u8);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(7, Assert.Single(Measurement.ReadAll(folder.Of("metrics.jsonl"))).Step);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Fact]
    public void WithoutAFileThereAreNone() => Assert.Empty(Measurement.ReadAll("/there/is/no/such.file"));
}
