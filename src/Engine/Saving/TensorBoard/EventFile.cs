using System.Globalization;
using Google.Protobuf;
using Tensorboard;

namespace ExperimentRunner.Engine.Saving.TensorBoard;

/// <summary>A file of events that TensorBoard reads, kept open while a run lasts.</summary>
/// <remarks>
/// The messages are those of TensorFlow's first event files, which every version of TensorBoard reads:
/// <c>simple_value</c>, <c>histo</c>, <c>image</c>; texts and settings are tensors with the name of the page that shows them.
/// Source: TensorFlow 2.15, <c>event.proto</c>, <c>summary.proto</c>.
/// </remarks>
public sealed class EventFile : ISummaryWriter
{
    private const int Buckets = 30; // as TensorBoard's own histogram summary has them
    private static int _lastNumber;
    private readonly RecordFile _file;
    private readonly TimeProvider _clock;

    /// <summary>Begins a new file in a folder.</summary>
    /// <param name="folder">The folder; it is made when it is not there.</param>
    /// <param name="clock">Tells the time of each event.</param>
    /// <param name="purgeStep">Where not null, TensorBoard forgets what earlier files of the folder say of this step and later ones.</param>
    /// <param name="suffix">What the file's name ends with.</param>
    public EventFile(string folder, TimeProvider clock, long? purgeStep = null, string suffix = "")
    {
        _clock = clock;
        var number = Interlocked.Increment(ref _lastNumber);
        var name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{(long)Seconds(clock.GetUtcNow()):D10}.{Environment.MachineName}.{Environment.ProcessId}.{number}{suffix}");
        Path = System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), name);
        _file = new RecordFile(Path);
        Add(new Event { FileVersion = "brain.Event:2" });
        if (purgeStep is { } step)
        {
            Add(new Event { Step = step, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        }

        Flush();
    }

    private EventFile(string path, long length, TimeProvider clock) => (Path, _clock, _file) = (path, clock, new RecordFile(path, length));

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Goes on with a file as it was at a length; what was added later is cut off.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">How long it was.</param>
    /// <param name="clock">Tells the time of each event.</param>
    public static EventFile GoOn(string path, long length, TimeProvider clock) => new(path, length, clock);

    /// <inheritdoc/>
    public void Scalar(string tag, double value, long step) => Scalar(tag, value, step, _clock.GetUtcNow());

    /// <summary>Adds a point to a curve, measured at a time.</summary>
    public void Scalar(string tag, double value, long step, DateTimeOffset time) => Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)value }, step, time);

    /// <inheritdoc/>
    public void Histogram(string tag, ReadOnlySpan<float> values, long step)
    {
        var (min, max, sum, squares, count) = (double.PositiveInfinity, double.NegativeInfinity, 0.0, 0.0, 0L);
        foreach (var value in values)
        {
            if (float.IsFinite(value))
            {
                (min, max, sum, squares, count) = (Math.Min(min, value), Math.Max(max, value), sum + value, squares + ((double)value * value), count + 1);
            }
        }

        if (count == 0)
        {
            return;
        }

        var histogram = new HistogramProto { Min = min, Max = max, Num = count, Sum = sum, SumSquares = squares };
        if (min == max)
        {
            histogram.BucketLimit.Add(max);
            histogram.Bucket.Add(count);
        }
        else
        {
            var buckets = new double[Buckets];
            var scale = Buckets / (max - min);
            foreach (var value in values)
            {
                if (float.IsFinite(value))
                {
                    buckets[Math.Min((int)((value - min) * scale), Buckets - 1)]++;
                }
            }

            histogram.Bucket.AddRange(buckets);
            histogram.BucketLimit.AddRange(Enumerable.Range(1, Buckets).Select(i => i == Buckets ? max : min + ((max - min) * i / Buckets)));
        }

        Add(new Summary.Types.Value { Tag = tag, Histo = histogram }, step, _clock.GetUtcNow());
    }

    /// <inheritdoc/>
    public void Text(string tag, string markdown, long step) => AddText(tag, "text", markdown, step);

    /// <inheritdoc/>
    public void Image(string tag, Picture picture, long step)
    {
        var image = new Summary.Types.Image { Height = picture.Height, Width = picture.Width, Colorspace = picture.Channels, EncodedImageString = ByteString.CopyFrom(picture.ToPng()) };
        Add(new Summary.Types.Value { Tag = tag, Image = image }, step, _clock.GetUtcNow());
    }

    /// <inheritdoc/>
    public void KerasModel(string json, long step) => AddText("keras", "graph_keras_model", json, step);

    /// <inheritdoc/>
    public void BeginHyperParameters(string group, IEnumerable<KeyValuePair<string, object>> settings)
    {
        var now = _clock.GetUtcNow();
        AddSettings(HyperParameters.BeginTag, HyperParameters.Begin(group, settings, Seconds(now)), now);
    }

    /// <inheritdoc/>
    public void EndHyperParameters(bool succeeded)
    {
        var now = _clock.GetUtcNow();
        AddSettings(HyperParameters.EndTag, HyperParameters.End(succeeded, Seconds(now)), now);
    }

    /// <inheritdoc/>
    public void Flush() => _file.Flush();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static SummaryMetadata For(string plugin, ByteString content) => new() { PluginData = new SummaryMetadata.Types.PluginData { PluginName = plugin, Content = content } };

    private void AddText(string tag, string plugin, string text, long step)
    {
        var tensor = new TensorProto { Dtype = DataType.DtString, TensorShape = new TensorShapeProto() };
        tensor.StringVal.Add(ByteString.CopyFromUtf8(text));
        Add(new Summary.Types.Value { Tag = tag, Metadata = For(plugin, ByteString.Empty), Tensor = tensor }, step, _clock.GetUtcNow());
    }

    /// <summary>Settings are in the metadata; the page wants a tensor all the same, and gets one of nothing.</summary>
    private void AddSettings(string tag, ByteString content, DateTimeOffset time)
    {
        var nothing = new TensorProto { Dtype = DataType.DtFloat, TensorShape = new TensorShapeProto() };
        nothing.TensorShape.Dim.Add(new TensorShapeProto.Types.Dim { Size = 1 });
        nothing.FloatVal.Add(0);
        Add(new Summary.Types.Value { Tag = tag, Metadata = For(HyperParameters.Plugin, content), Tensor = nothing }, 0, time);
    }

    private void Add(Summary.Types.Value value, long step, DateTimeOffset time)
    {
        var summary = new Summary();
        summary.Value.Add(value);
        Add(new Event { Step = step, Summary = summary }, time);
    }

    private void Add(Event what) => Add(what, _clock.GetUtcNow());

    private void Add(Event what, DateTimeOffset time)
    {
        what.WallTime = Seconds(time);
        _file.Add(what.ToByteArray());
    }
}
