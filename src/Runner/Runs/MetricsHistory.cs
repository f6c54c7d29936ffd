using System.Text;
using System.Text.Json;

namespace ExperimentRunner.Runner.Runs;

/// <summary>
/// The measurements of a run, read from its <c>metrics.jsonl</c> as far as they can be: a line that is cut off or no measurement is
/// passed over, and of a file larger than any run writes only the beginning and the end are read.
/// </summary>
internal sealed class MetricsHistory
{
    private const long LargestPart = 32L << 20;

    private MetricsHistory(IReadOnlyList<Series> series, long badLines, bool isWhole) => (Series, BadLines, IsWhole) = (series, badLines, isWhole);

    /// <summary>The curves, in the order of their first measurement.</summary>
    internal IReadOnlyList<Series> Series { get; }

    /// <summary>How many lines were no measurement.</summary>
    internal long BadLines { get; }

    /// <summary>Whether all of the file was read.</summary>
    internal bool IsWhole { get; }

    /// <summary>Reads a file; no curves where there is none or it may not be read.</summary>
    internal static MetricsHistory Read(string path)
    {
        var builder = new Builder();
        var isWhole = true;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.Length <= 2 * LargestPart)
            {
                builder.Add(file, long.MaxValue, cutAtStart: false);
            }
            else
            {
                isWhole = false;
                builder.Add(file, LargestPart, cutAtStart: false);
                file.Seek(-LargestPart, SeekOrigin.End);
                builder.Add(file, LargestPart, cutAtStart: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            isWhole = error is FileNotFoundException or DirectoryNotFoundException;
        }

        return new MetricsHistory(builder.Finish(), builder.BadLines, isWhole);
    }

    private sealed class Builder
    {
        private readonly Dictionary<(string Phase, string? Name, string Metric), int> _places = [];
        private readonly List<((string Phase, string? Name, string Metric) Key, List<CurvePoint> Points)> _curves = [];
        private readonly List<(byte[] Bytes, string Word)> _words = [];
        private readonly List<(string Metric, double Value)> _values = [];
        private int _last;

        internal long BadLines { get; private set; }

        internal IReadOnlyList<Series> Finish() =>
            [.. _curves.Select(curve => new Series(curve.Key.Phase, curve.Key.Name, curve.Key.Metric, curve.Points))];

        /// <summary>Adds the lines of a part of a file.</summary>
        internal void Add(Stream file, long length, bool cutAtStart)
        {
            using var lines = new BoundedLines(file, length, cutAtStart);
            while (lines.TryNext(out var line))
            {
                AddLine(line.Span); // the last line may be at its beginning still
            }

            BadLines += lines.TooLong;
        }

        private void AddLine(ReadOnlySpan<byte> line)
        {
            if (line.Trim(" \r\t"u8).IsEmpty)
            {
                return;
            }

            try
            {
                var reader = new Utf8JsonReader(line);
                if (!TryAdd(ref reader))
                {
                    BadLines++;
                }
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
            {
                BadLines++;
            }
        }

        private bool TryAdd(ref Utf8JsonReader reader)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var (time, step, epoch, phase, name) = (0.0, 0L, (long?)null, "", (string?)null);
            _values.Clear();
            var good = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("time"u8))
                {
                    reader.Read();
                    time = reader.GetDouble();
                }
                else if (reader.ValueTextEquals("step"u8))
                {
                    reader.Read();
                    step = reader.GetInt64();
                    good = true;
                }
                else if (reader.ValueTextEquals("epoch"u8))
                {
                    reader.Read();
                    epoch = reader.GetInt64();
                }
                else if (reader.ValueTextEquals("phase"u8))
                {
                    reader.Read();
                    phase = Word(ref reader);
                }
                else if (reader.ValueTextEquals("name"u8))
                {
                    reader.Read();
                    name = reader.GetString();
                }
                else if (reader.ValueTextEquals("values"u8))
                {
                    reader.Read();
                    while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                    {
                        var metric = Word(ref reader);
                        reader.Read();
                        if (JsonFigures.TryRead(ref reader, out var value))
                        {
                            _values.Add((metric, value));
                        }
                    }
                }
                else
                {
                    reader.Skip();
                }
            }

            if (!good || reader.TokenType != JsonTokenType.EndObject)
            {
                return false;
            }

            foreach (var (metric, value) in _values)
            {
                PointsOf((phase, name, metric)).Add(new CurvePoint(step, epoch, time, value));
            }

            return true;
        }

        /// <summary>The points of a curve. Lines name the same figures in the same order, so it is looked for after the last one first.</summary>
        private List<CurvePoint> PointsOf((string Phase, string? Name, string Metric) key)
        {
            _last = _last + 1 < _curves.Count ? _last + 1 : 0;
            if (_last < _curves.Count && _curves[_last].Key == key)
            {
                return _curves[_last].Points;
            }

            if (!_places.TryGetValue(key, out _last))
            {
                _places[key] = _last = _curves.Count;
                _curves.Add((key, []));
            }

            return _curves[_last].Points;
        }

        /// <summary>A word that comes again on every line, made once.</summary>
        private string Word(ref Utf8JsonReader reader)
        {
            foreach (var (bytes, known) in _words)
            {
                if (reader.ValueTextEquals(bytes))
                {
                    return known;
                }
            }

            var word = reader.GetString() ?? "";
            if (_words.Count < 100)
            {
                _words.Add((Encoding.UTF8.GetBytes(word), word));
            }

            return word;
        }
    }
}

/// <summary>One figure, measured again and again.</summary>
/// <param name="Phase">What was being done: <c>train</c>, <c>fit</c>, <c>evaluate</c>.</param>
/// <param name="Name">What the evaluation is called, where there are several.</param>
/// <param name="Metric">The figure's name.</param>
/// <param name="Points">The measurements in order.</param>
internal sealed record Series(string Phase, string? Name, string Metric, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>What people call it: <c>loss</c> while training, <c>evaluate/loss</c>, <c>evaluate/test/loss</c> of an evaluation.</summary>
    internal string Label => Phase != "evaluate" ? Metric : Name is null ? $"evaluate/{Metric}" : $"evaluate/{Name}/{Metric}";
}

/// <summary>One measurement.</summary>
/// <param name="Step">The step it was measured at.</param>
/// <param name="Epoch">The epoch, from 0; null where there is none.</param>
/// <param name="Time">Seconds since the run's start.</param>
/// <param name="Value">The figure.</param>
internal readonly record struct CurvePoint(long Step, long? Epoch, double Time, double Value);
