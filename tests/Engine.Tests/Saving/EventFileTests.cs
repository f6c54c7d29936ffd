using System.Buffers.Binary;
using System.IO.Compression;
using ExperimentRunner.Engine.Saving.TensorBoard;
using static ExperimentRunner.Tests.EventRecords;

namespace ExperimentRunner.Engine.Tests.Saving;

/// <summary>The numbers of fields are those of TensorFlow's event.proto, summary.proto, tensor.proto and TensorBoard's plugin_data.proto.</summary>
public class EventFileTests
{
    private const int WallTime = 1, Step = 2, FileVersion = 3, Summary = 5, SessionLog = 7; // of an event
    private const int Tag = 1, SimpleValue = 2, Image = 4, Histo = 5, Tensor = 8, Metadata = 9; // of a summary's value

    [Fact]
    public void TheFirstEventNamesTheVersionAndTellsTheTimeInSeconds()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        var events = Write(_ => { });

        var first = Assert.Single(events);
        Assert.Equal("brain.Event:2", first.Text(FileVersion));
        Assert.InRange(first.Double(WallTime), before, before + 60);
    }

    [Fact]
    public void AScalarHasItsTagStepValueAndTime()
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 250, TimeSpan.Zero);

        var one = Write(file => file.Scalar("train/loss", 0.25, 700, time))[1];

        Assert.Equal(700, one.Whole(Step));
        Assert.Equal(1767323045.25, one.Double(WallTime));
        Assert.Equal("train/loss", one.In(Summary).In(1).Text(Tag));
        Assert.Equal(0.25f, one.In(Summary).In(1).Float(SimpleValue));
    }

    [Fact]
    public void AScalarThatIsNoNumberIsKept() =>
        Assert.True(float.IsNaN(Write(file => file.Scalar("loss", double.NaN, 1))[1].In(Summary).In(1).Float(SimpleValue)));

    [Fact]
    public void AHistogramCountsEveryFiniteValueOnce()
    {
        var values = Enumerable.Range(0, 1000).Select(i => (float)Math.Sin(i)).Concat([float.NaN, float.PositiveInfinity]).ToArray();

        var histogram = Write(file => file.Histogram("dense/kernel", values, 3))[1].In(Summary).In(1).In(Histo);

        var finite = values.Where(float.IsFinite).Select(value => (double)value).ToList();
        Assert.Equal(finite.Min(), histogram.Double(1));
        Assert.Equal(finite.Max(), histogram.Double(2));
        Assert.Equal(1000, histogram.Double(3));
        Assert.Equal(finite.Sum(), histogram.Double(4), 1e-9);
        Assert.Equal(finite.Sum(value => value * value), histogram.Double(5), 1e-9);
        var (limits, counts) = (histogram.Doubles(6), histogram.Doubles(7));
        Assert.Equal(limits.Order(), limits);
        Assert.Equal(finite.Max(), limits[^1]);
        Assert.Equal(1000, counts.Sum());
        for (var i = 0; i < limits.Length; i++)
        {
            Assert.Equal(finite.Count(value => value < limits[i] - 1e-9), counts.Take(i + 1).Sum(), 2.0); // a value on a limit may fall on either side
        }
    }

    [Fact]
    public void EqualValuesAreOneBucketAndNoFiniteValueIsNoEvent()
    {
        var events = Write(file =>
        {
            file.Histogram("same", [2f, 2f, 2f], 1);
            file.Histogram("none", [float.NaN], 1);
            file.Histogram("empty", [], 1);
        });

        var histogram = Assert.Single(events.Skip(1)).In(Summary).In(1).In(Histo);
        Assert.Equal([2], histogram.Doubles(6));
        Assert.Equal([3], histogram.Doubles(7));
    }

    [Fact]
    public void ATextIsATensorOfThePageOfTexts()
    {
        var value = Write(file => file.Text("notes", "**größer**", 0))[1].In(Summary).In(1);

        Assert.Equal("text", value.In(Metadata).In(1).Text(1));
        Assert.Equal(7, value.In(Tensor).Whole(1)); // DT_STRING
        Assert.Equal("**größer**", value.In(Tensor).Text(8));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void AnImageIsAPngOfThePixels(int channels)
    {
        var pixels = Enumerable.Range(0, 5 * 7 * channels).Select(i => (byte)(i * 37)).ToArray();

        var image = Write(file => file.Image("digit", new Picture(5, 7, channels, pixels), 9))[1].In(Summary).In(1).In(Image);

        Assert.Equal((5, 7, channels), ((int)image.Whole(1), (int)image.Whole(2), (int)image.Whole(3)));
        Assert.Equal(pixels, PixelsOf(image.Bytes(4), 5, 7 * channels, channels));
    }

    [Fact]
    public void SettingsAreNumbersTruthsAndTextsByName()
    {
        var events = Write(file =>
        {
            file.BeginHyperParameters("toy/1", new Dictionary<string, object> { ["rate"] = 0.5, ["steps"] = 20, ["shuffle"] = true, ["loss"] = "mse" });
            file.EndHyperParameters(succeeded: true);
        });

        var begin = events[1].In(Summary).In(1);
        Assert.Equal("_hparams_/session_start_info", begin.Text(Tag));
        Assert.Equal("hparams", begin.In(Metadata).In(1).Text(1));
        var start = begin.In(Metadata).In(1).In(2).In(3);
        var settings = start.All(1).ToDictionary(entry => entry.Text(1), entry => entry.In(2));
        Assert.Equal(0.5, settings["rate"].Double(2));
        Assert.Equal(20, settings["steps"].Double(2));
        Assert.Equal(1, settings["shuffle"].Whole(4));
        Assert.Equal("mse", settings["loss"].Text(3));
        Assert.Equal("toy/1", start.Text(4));
        var end = events[2].In(Summary).In(1);
        Assert.Equal("_hparams_/session_end_info", end.Text(Tag));
        Assert.Equal(1, end.In(Metadata).In(1).In(2).In(4).Whole(1));
    }

    [Fact]
    public void AKerasModelGoesToThePageOfGraphs() =>
        Assert.Equal("graph_keras_model", Write(file => file.KerasModel("{}", 0))[1].In(Summary).In(1).In(Metadata).In(1).Text(1));

    [Fact]
    public void APurgeStepTellsReadersToForgetWhatComesTwice()
    {
        using var folder = new TempFolder();
        using var file = new EventFile(folder.Path, TimeProvider.System, purgeStep: 501);

        var start = Read(file.Path)[1];
        Assert.Equal(501, start.Whole(Step));
        Assert.Equal(1, start.In(SessionLog).Whole(1)); // START
    }

    [Fact]
    public void WhatWasFlushedIsReadWhileTheFileIsOpenAndTwoFilesOfOneSecondAreTwo()
    {
        using var folder = new TempFolder();
        using var file = new EventFile(folder.Path, TimeProvider.System);
        using var other = new EventFile(folder.Path, TimeProvider.System);

        file.Scalar("loss", 1, 1);
        file.Flush();

        Assert.Equal(2, Read(file.Path).Count);
        Assert.NotEqual(file.Path, other.Path);
        Assert.StartsWith("events.out.tfevents.", Path.GetFileName(file.Path), StringComparison.Ordinal);
    }

    private static IReadOnlyList<Message> Write(Action<EventFile> write)
    {
        using var folder = new TempFolder();
        using var file = new EventFile(folder.Path, TimeProvider.System);
        write(file);
        file.Flush();
        return Read(file.Path);
    }

    /// <summary>Unpacks a PNG whose rows are all differences to the left.</summary>
    private static byte[] PixelsOf(byte[] png, int rows, int rowBytes, int channels)
    {
        Assert.Equal("PNG"u8.ToArray(), png[1..4]);
        var packed = new MemoryStream();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                packed.Write(png, at + 8, length);
            }

            at += 12 + length;
        }

        packed.Position = 0;
        using var zip = new ZLibStream(packed, CompressionMode.Decompress);
        var pixels = new byte[rows * rowBytes];
        for (var y = 0; y < rows; y++)
        {
            Assert.Equal(1, zip.ReadByte());
            var row = pixels.AsSpan(y * rowBytes, rowBytes);
            zip.ReadExactly(row);
            for (var i = channels; i < rowBytes; i++)
            {
                row[i] += row[i - channels];
            }
        }

        return pixels;
    }
}
