using System.IO.Compression;
using System.Text;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using Parquet;
using Parquet.Schema;
using SkiaSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs.Streams;

public sealed class StreamedBatchesTests : IDisposable
{
    private const int Rows = 3000;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Formats => ["npy", "npy of text", "npz", "idx", "idx packed", "csv", "parquet", "image_folder", "synthetic", "written"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void EveryBatchIsThatOfDataReadWhole(string format)
    {
        using var scope = NewDisposeScope();
        var source = Source(format);
        using var whole = DatasetLoader.Load("d", source, new RandomKey(1), streams: false);
        using var streamed = DatasetLoader.Load("d", source, new RandomKey(1), streams: true);
        Assert.Equal(whole.Splits.Keys.Order(), streamed.Splits.Keys.Order());
        foreach (var (split, columns) in whole.Splits)
        {
            var inputs = columns.OrderBy(column => column.Key).Select(column => column.Value).ToList();
            var others = columns.OrderBy(column => column.Key).Select(column => streamed.Splits[split][column.Key]).ToList();
            Assert.Equal(inputs.Select(column => (column.Spec, column.Count)), others.Select(column => (column.Spec, column.Count)));
            Assert.All(others, column => Assert.True(column.IsStreamed));
            foreach (var (shuffle, runsOn) in new[] { (false, false), (false, true), (true, false), (true, true) })
            {
                var plan = new BatchPlan { Examples = inputs[0].Count, BatchSize = 7, Passes = 2, Shuffle = shuffle, RunsOn = runsOn, Key = new RandomKey(5) };
                using var streams = new StreamedBatches(others, [], [], plan);
                using var batches = new ColumnBatches(inputs, [], [], streams.Plan);
                Assert.Equal(batches.Count, streams.Count);
                for (var number = 0L; number < Math.Min(batches.Count!.Value, 300); number++)
                {
                    AssertSame(batches.At(number), streams.At(number));
                }

                foreach (var number in new[] { batches.Count!.Value - 1, 1, 0, 2, batches.Count!.Value / 2 }.Where(number => number < batches.Count)) // anywhere, too
                {
                    AssertSame(batches.At(number), streams.At(number));
                }
            }
        }
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("npy")]
    [InlineData("image_folder")]
    public void EachPassHasEachExampleOnce(string format)
    {
        using var scope = NewDisposeScope();
        using var data = DatasetLoader.Load("d", Source(format), new RandomKey(1), streams: true);
        var column = data.Splits["train"][format == "csv" ? "id" : "x"];
        var plan = new BatchPlan { Examples = column.Count, BatchSize = 13, Passes = 2, Shuffle = true, Key = new RandomKey(9) };
        using var batches = new StreamedBatches([column], [], [], plan);

        var passes = Enumerable.Range(0, 2).Select(pass => Enumerable.Range(0, (int)batches.Count! / 2)
            .SelectMany(number => batches.At((batches.Count!.Value / 2 * pass) + number).Inputs[0].flatten(1 - (column.Spec.Rank == 1 ? 1 : 0)).reshape(-1, column.Spec.Rank == 1 ? 1 : column.Spec.Shape.SizeFrom(1)!.Value)
                .select(1, 0).to_type(ScalarType.Int64).data<long>().ToArray()).ToList()).ToList();

        Assert.Equal(column.Batches(100).SelectMany(batch => batch.reshape(batch.shape[0], -1).select(1, 0).to_type(ScalarType.Int64).data<long>().ToArray()).Order(), passes[0].Order());
        Assert.Equal(passes[0].Order(), passes[1].Order());
        Assert.NotEqual(passes[0], passes[1]);
    }

    [Fact]
    public void BatchesAreTheSameWhetherTheyAreMadeAheadOrNot()
    {
        using var scope = NewDisposeScope();
        using var data = DatasetLoader.Load("d", Source("csv"), new RandomKey(1), streams: true);
        var plan = new BatchPlan { Examples = data.Splits["train"]["id"].Count, BatchSize = 10, Passes = null, Shuffle = true, RunsOn = true, Key = new RandomKey(2) };
        using var ahead = new StreamedBatches([data.Splits["train"]["id"]], [], [], plan);
        using var asked = new StreamedBatches([data.Splits["train"]["id"]], [], [], plan, ahead: false);

        for (var number = 0L; number < 700; number++)
        {
            AssertSame(asked.At(number), ahead.At(number));
        }
    }

    [Fact]
    public void ABufferThatHoldsAllGivesTheOrderOfDataReadWhole()
    {
        var plan = new BatchPlan { Examples = 50, BatchSize = 5, Shuffle = true, Key = new RandomKey(3) };

        Assert.Equal(plan.OrderOf(1), (plan with { ShuffleBuffer = 50 }).OrderOf(1));
        Assert.NotEqual(plan.OrderOf(1), (plan with { ShuffleBuffer = 49 }).OrderOf(1));
        Assert.Equal(plan.OrderOf(1).Order(), (plan with { ShuffleBuffer = 7 }).OrderOf(1).Order());
        Assert.All((plan with { ShuffleBuffer = 7 }).OrderOf(1).Index(), row => Assert.True(row.Item < row.Index + 7));
    }

    [Fact]
    public void WhatTransformsLearnIsWhatTheyLearnOfDataReadWhole()
    {
        using var scope = NewDisposeScope();
        var source = Read($$$"""
            {"source": "csv", "path": "{{{Table()}}}", "columns": {"both": ["id", "late"]}, "split": {"validation": 0.2},
             "transform": {"both": ["Normalization"], "word": [{"StringLookup": {"output_mode": "one_hot"} }], "class": ["to_categorical"]} }
            """);
        using var whole = DatasetLoader.Load("d", source, new RandomKey(1), streams: false);
        using var streamed = DatasetLoader.Load("d", source, new RandomKey(1), streams: true);
        foreach (var split in whole.Splits.Keys)
        {
            foreach (var name in new[] { "both", "word", "class" })
            {
                Assert.True(whole.Splits[split][name].Range(4, 6).Equals(streamed.Splits[split][name].Range(4, 6)), name);
            }
        }
    }

    [Fact]
    public void ClassWeightsAreMadeOfEachBatch()
    {
        using var scope = NewDisposeScope();
        var source = Read($$"""{"source": "csv", "path": "{{Table()}}"}""");
        using var whole = DatasetLoader.Load("d", source, new RandomKey(1), streams: false);
        using var streamed = DatasetLoader.Load("d", source, new RandomKey(1), streams: true);
        var weights = new Dictionary<int, double> { [1] = 2.5 };

        Assert.True(ClassWeights.Of(whole.Splits["train"]["class"], weights).Range(0, 100).Equals(ClassWeights.Of(streamed.Splits["train"]["class"], weights).Range(0, 100)));
    }

    [Fact]
    public void ColumnsInMemoryGoBesideThoseThatAreStreamed()
    {
        using var scope = NewDisposeScope();
        using var data = DatasetLoader.Load("d", Source("csv"), new RandomKey(1), streams: true);
        var id = data.Splits["train"]["id"];
        using var inMemory = Column.Of(cat([.. id.Batches(1000)], 0));
        using var batches = new StreamedBatches([id], [inMemory], [null], new BatchPlan { Examples = id.Count, BatchSize = 64, Passes = 2, Shuffle = true, RunsOn = true, Key = new RandomKey(4) });

        for (var number = 0L; number < batches.Count; number++)
        {
            var batch = batches.At(number);
            Assert.True(batch.Inputs[0].Equals(batch.Targets[0]));
        }
    }

    [Fact]
    public void ABadCellInTheMiddleIsToldWithItsLineAndSoIsOneThatAppearsLater()
    {
        var path = Table();
        using var data = DatasetLoader.Load("d", Read($$"""{"source": "csv", "path": "{{path}}"}"""), new RandomKey(1), streams: true);
        var text = File.ReadAllText(path);
        var line = 1 + text[..text.IndexOf("\n1301,", StringComparison.Ordinal)].Count(letter => letter == '\n') + 1;
        File.WriteAllText(path, text.Replace("\n1301,", "\nx301,", StringComparison.Ordinal), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        using var scope = NewDisposeScope();
        using var batches = new StreamedBatches([data.Splits["train"]["id"]], [], [], new BatchPlan { Examples = Rows, BatchSize = 100 });

        var later = Assert.Throws<DataException>(() => All(batches));
        var before = Assert.Throws<DataException>(() => DatasetLoader.Load("d", Read($$"""{"source": "csv", "path": "{{path}}"}"""), new RandomKey(1), streams: true));

        Assert.StartsWith($"{path}:{line}: 'x301'", later.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{path}:{line}: 'x301'", before.Message, StringComparison.Ordinal);
        Assert.Same(later, Assert.Throws<DataException>(() => batches.At(13))); // whoever asks again hears the same
    }

    [Fact]
    public void AFileThatBecomesShorterEndsInASentence()
    {
        using var scope = NewDisposeScope();
        using var data = DatasetLoader.Load("d", Source("npy"), new RandomKey(1), streams: true);
        using (var file = File.OpenWrite(_folder.Of("x.npy")))
        {
            file.SetLength(file.Length / 2);
        }

        using var batches = new StreamedBatches([data.Splits["train"]["x"]], [], [], new BatchPlan { Examples = Rows, BatchSize = 100 });

        Assert.Equal($"{_folder.Of("x.npy")} ends before its values do: it became shorter while it was read.", Assert.Throws<DataException>(() => All(batches)).Message);
    }

    [Fact]
    public void AFileThatVanishedEndsInASentence()
    {
        using var scope = NewDisposeScope();
        using var data = DatasetLoader.Load("d", Source("npz"), new RandomKey(1), streams: true);
        File.Delete(_folder.Of("a.npz"));
        using var batches = new StreamedBatches([data.Splits["train"]["y"]], [], [], new BatchPlan { Examples = Rows, BatchSize = 100 });

        Assert.Equal($"There is no file {_folder.Of("a.npz")}.", Assert.Throws<DataException>(() => All(batches)).Message);
    }

    [Fact]
    public void AWaitEndsWhenItIsToldTo()
    {
        using var scope = NewDisposeScope();
        using var stop = new CancellationTokenSource();
        using var data = DatasetLoader.Load("d", Read("""{"source": "synthetic", "columns": {"x": {"shape": [100000]}}, "examples": {"train": 1000000}}"""), new RandomKey(1), streams: true);
        using var batches = new StreamedBatches(
            [data.Splits["train"]["x"]], [], [], new BatchPlan { Examples = 1_000_000, BatchSize = 500 }, stop: stop.Token);
        stop.CancelAfter(TimeSpan.FromMilliseconds(5));

        Assert.Throws<OperationCanceledException>(() => batches.At(0));
        Assert.True(batches.Waited > TimeSpan.Zero);
    }

    [Fact]
    public void MoreClassesThanSaidAreToldByTheBatchThatHasThem()
    {
        using var scope = NewDisposeScope();
        using var data = DatasetLoader.Load(
            "d", Read($$$"""{"source": "csv", "path": "{{{Table()}}}", "transform": {"class": [{"to_categorical": {"num_classes": 2}}]}}"""), new RandomKey(1), streams: true);
        using var batches = new StreamedBatches([data.Splits["train"]["class"]], [], [], new BatchPlan { Examples = Rows, BatchSize = 100 });

        Assert.Equal("The column 'class' has the class 2, but to_categorical makes 2 classes from 0.", Assert.Throws<DataException>(() => All(batches)).Message);
    }

    [Fact]
    public void RowsThatLieApartInTheFileCannotBeReadOneByOne()
    {
        using var scope = NewDisposeScope();
        var header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }".PadRight(117) + "\n";
        File.WriteAllBytes(_folder.Of("f.npy"), [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[24]]);

        var error = Assert.Throws<DataException>(() => DatasetLoader.Load("d", Read($$"""{"source": "npy", "path": "{{_folder.Of("f.npy")}}"}"""), new RandomKey(1), streams: true));

        Assert.Contains("is kept column by column (Fortran's order), so its rows cannot be read one by one.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DataAreStreamedWhenTheyWouldTakeMoreThanAQuarterOfMemory()
    {
        var source = Read("""{"source": "synthetic", "columns": {"x": {"shape": [1000]}}, "examples": {"train": 1000}}"""); // 4,000,000 bytes

        Assert.False(StreamingRule.Streams(source, 16_000_000));
        Assert.True(StreamingRule.Streams(source, 15_999_996));
        Assert.True(StreamingRule.Streams(source with { Stream = Streaming.True }, long.MaxValue));
        Assert.False(StreamingRule.Streams(source with { Stream = Streaming.False }, 1));
        Assert.InRange(StreamingRule.Memory, 1L << 28, 1L << 50);
    }

    [Fact]
    public void ABufferThatFindsNoRoomInMemoryIsToldBefore()
    {
        using var scope = NewDisposeScope();
        using var data = DatasetLoader.Load("d", Read("""{"source": "synthetic", "columns": {"x": {"shape": [2000000000]}}, "examples": {"train": 1000000}}"""), new RandomKey(1), streams: true);

        var error = Assert.Throws<DataException>(() => new StreamedBatches([data.Splits["train"]["x"]], [], [], new BatchPlan { Examples = 1_000_000, BatchSize = 1, Shuffle = true }));

        Assert.StartsWith("A shuffle buffer of 10000 examples of x takes 80000 GB, and there are ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(" GB of memory. Say a smaller 'shuffle_buffer'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AThreadThatMakesBatchesComputesAlone()
    {
        if (!OperatingSystem.IsLinux() || get_num_threads() < 2)
        {
            return;
        }

        var (before, there) = (get_num_threads(), 0);
        var thread = new Thread(() =>
        {
            TorchNative.UseOneThreadHere();
            there = get_num_threads();
        });
        thread.Start();
        thread.Join();

        Assert.Equal((1, before), (there, get_num_threads()));
    }

    private static void All(StreamedBatches batches)
    {
        for (var number = 0L; number < batches.Count; number++)
        {
            batches.At(number);
        }
    }

    private static void AssertSame(ModelBatch expected, ModelBatch given)
    {
        Assert.Equal(expected.Size, given.Size);
        foreach (var (one, other) in expected.Inputs.Zip(given.Inputs))
        {
            Assert.Equal(one.dtype, other.dtype);
            Assert.True(one.shape.SequenceEqual(other.shape) && one.nan_to_num(-77).equal(other.nan_to_num(-77)).all().item<bool>());
        }
    }

    private DataSource Source(string format)
    {
        switch (format)
        {
            case "npy":
                Npz(_folder.Of("x.npy"), arange(Rows * 6, ScalarType.Int32).reshape(Rows, 2, 3));
                return Read($$"""{"source": "npy", "path": "{{_folder.Of("x.npy")}}", "split": {"validation": 0.3}, "shuffle_buffer": 100}""");
            case "npy of text":
                using (var file = File.Create(_folder.Of("t.npy")))
                {
                    Npy.Write(file, new TextArray([.. Enumerable.Range(0, Rows).Select(i => $"größe {i % 90}")], Rows));
                }

                return Read($$"""{"source": "npy", "path": "{{_folder.Of("t.npy")}}", "shuffle_buffer": 100}""");
            case "npz":
                Engine.Saving.Npz.Write(
                    _folder.Of("a.npz"),
                    [
                        KeyValuePair.Create("image", new ArrayValues(arange(Rows * 4).to_type(ScalarType.Byte).reshape(Rows, 2, 2))),
                        KeyValuePair.Create("word", new ArrayValues(new TextArray([.. Enumerable.Range(0, 2 * Rows).Select(i => $"w{i}")], Rows, 2))),
                        KeyValuePair.Create("y", new ArrayValues(arange(Rows, ScalarType.Float64))),
                    ]);
                return Read($$"""{"source": "npz", "path": "{{_folder.Of("a.npz")}}", "split": {"validation": 0.3}, "shuffle_buffer": 100}""");
            case "idx" or "idx packed":
                return Read($$$"""{"source": "idx", "paths": {"train": {"x": "{{{Idx("x", 5, format == "idx packed")}}}", "y": "{{{Idx("y", 1, format == "idx packed")}}}"}}, "shuffle_buffer": 64}""");
            case "csv":
                return Read($$$"""{"source": "csv", "path": "{{{Table()}}}", "columns": {"both": ["id", "part"]}, "split": {"validation": 0.1, "test": 0.5}, "shuffle_buffer": 50}""");
            case "parquet":
                return Read($$"""{"source": "parquet", "path": "{{Parquet()}}", "shuffle_buffer": 300}""");
            case "image_folder":
                return Read($$"""{"source": "image_folder", "path": "{{Pictures()}}", "image_size": [3, 5], "label_mode": "categorical", "shuffle_buffer": 4}""");
            case "written":
                return Read("""{"source": "synthetic", "columns": {"x": {"values": [[1, 2], [3, 4], [5, 6]]}, "y": {"linear_of": "x"}}, "shuffle_buffer": 2}""");
            default:
                return Read("""
                    {"source": "synthetic", "columns": {"x": {"shape": [7, 11]}, "u": {"shape": [3], "distribution": "uniform"}, "y": {"linear_of": "x", "classes": 4, "noise": 0.5}, "c": {"classes": 9}},
                     "examples": {"train": 2500, "test": 700}, "shuffle_buffer": 90}
                    """);
        }
    }

    private static void Npz(string path, Tensor values)
    {
        using var file = File.Create(path);
        Npy.Write(file, values);
    }

    private string Idx(string name, int width, bool packed)
    {
        var path = _folder.Of(name);
        using Stream file = packed ? new GZipStream(File.Create(path), CompressionLevel.Fastest) : File.Create(path);
        file.Write([0, 0, 0x0B, 2, 0, 0, Rows >> 8, Rows & 255, 0, 0, 0, (byte)width]); // int16, the larger byte first
        for (var i = 0; i < Rows * width; i++)
        {
            file.Write([(byte)(i >> 8), (byte)i]);
        }

        return path;
    }

    /// <summary>A table with all that tables have: quotes, lines in cells, empty lines, missing cells, numbers that are whole for long.</summary>
    private string Table()
    {
        var text = new StringBuilder("\uFEFFid,part,late,word,blank,class\n");
        for (var i = 0; i < Rows; i++)
        {
            text.Append(i).Append(',').Append(i % 7 == 3 ? "" : $"{i}.25").Append(',').Append(i < 2222 ? $"-{i % 3}" : $"{i}.5").Append(',')
                .Append(i % 5 == 0 ? $"\"größe, {i}\nzwei\"" : $"w{i % 11}").Append(',').Append(i < 40 ? " " : "text").Append(',').Append(i % 3)
                .Append(i % 2 == 0 ? "\r\n" : "\n").Append(i % 100 == 99 ? "\n" : "");
        }

        File.WriteAllText(_folder.Of("a.csv"), text.ToString());
        return _folder.Of("a.csv");
    }

    private string Parquet()
    {
        var path = _folder.Of("a.parquet");
        WriteParquet(path).GetAwaiter().GetResult();
        return path;
    }

    private static async Task WriteParquet(string path)
    {
        var (id, maybe, word) = (new DataField<long>("id"), new DataField<int?>("maybe"), new DataField<string>("word"));
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(id, maybe, word), file);
        for (var start = 0; start < 2800; start += 700)
        {
            using var group = writer.CreateRowGroup();
            var rows = Enumerable.Range(start, 700).ToArray();
            await group.WriteAsync<long>(id, Array.ConvertAll(rows, row => (long)row));
            await group.WriteAsync<int>(maybe, Array.ConvertAll(rows, row => row == 1500 ? (int?)null : row));
            await group.WriteAsync(word, Array.ConvertAll(rows, row => $"w{row % 17}"));
            group.CompleteValidate();
        }
    }

    private string Pictures()
    {
        for (var i = 0; i < 40; i++)
        {
            var folder = Directory.CreateDirectory(_folder.Of($"pictures/{i % 3}")).FullName;
            using var bitmap = new SKBitmap(5, 3);
            bitmap.Erase(new SKColor((byte)i, (byte)(3 * i), 7));
            using var file = File.Create(Path.Combine(folder, $"{i:00}.png"));
            bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        }

        return _folder.Of("pictures");
    }

    private static DataSource Read(string json) => Reading.Read<DataSource>(JsonNodes.Parse(json));
}
