using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>Whether a data set is read while it is used: when its source says so, or, left to itself, when it would fill memory.</summary>
public static class StreamingRule
{
    private const long Share = 4; // a quarter: whoever reads whole needs room for a second copy while types are found, and for the training
    private const long Small = 16 << 20; // bytes of files that are small however they are packed
    private const long Packed = 4; // what Parquet packs is about four times as large

    /// <summary>The bytes of memory this program may use: the machine's, or what its container is given.</summary>
    public static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Whether it is read while it is used.</summary>
    public static bool Streams(DataSource source) => Streams(source, Memory);

    /// <summary>Whether it is read while it is used, as far as can be told now: files that are not there yet, or damaged, are told when they are read.</summary>
    public static bool LikelyStreams(DataSource source)
    {
        try
        {
            return Streams(source);
        }
        catch (DataException)
        {
            return false;
        }
    }

    /// <summary>Whether it is read while it is used, where there is so much memory.</summary>
    internal static bool Streams(DataSource source, long memory) =>
        source.Stream == Streaming.True || (source.Stream == Streaming.Auto && SizeOf(source) > memory / Share);

    /// <summary>The bytes that a data set takes in memory: by its headers where they tell, else by its files.</summary>
    internal static long SizeOf(DataSource source)
    {
        if (source is Synthetic or IdxPairs or ImageFolder)
        {
            return SizeOf(source.Describe(readHeaders: source is ImageFolder));
        }

        var files = source.Files.Distinct().Select(file => new FileInfo(file)).Where(file => file.Exists).ToList();
        var packed = files.Sum(file => file.Length);
        return packed < Small ? packed : Math.Max(SizeOf(source.Describe(readHeaders: true)), packed * (source is ParquetSource ? Packed : 1));
    }

    private static long SizeOf(DataDescription known) => (known.Splits ?? new Dictionary<string, SplitDescription>()).Values.Sum(split =>
        (split.Count ?? 0) * (split.Columns?.Values.Sum(spec => spec is null || spec.Type == DataType.String ? 0 : (spec.Shape.SizeFrom(1) ?? 0) * spec.Type.ToTorch().ElementSize()) ?? 0));
}
