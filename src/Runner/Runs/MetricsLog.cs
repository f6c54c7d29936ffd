using System.Text.Json;
using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Runner.Runs;

/// <summary>The measurements of a run: <c>metrics.jsonl</c>, one a line, only ever added to.</summary>
internal sealed class MetricsLog : IDisposable
{
    private readonly FileStream _file;
    private readonly MemoryStream _line = new();
    private readonly TimeProvider _clock;
    private readonly long _start;

    /// <summary>Opens the file to add to it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">Tells the seconds since the start.</param>
    internal MetricsLog(string path, TimeProvider clock)
    {
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        (_clock, _start) = (clock, clock.GetTimestamp());
    }

    /// <summary>Is told each measurement once it is written.</summary>
    internal event Action<Measurement>? Added;

    /// <summary>Seconds since the run started.</summary>
    internal double Seconds => _clock.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Adds a measurement.</summary>
    /// <param name="phase">What was being done: <c>train</c>, <c>fit</c>, <c>evaluate</c>.</param>
    /// <param name="step">The step it was measured at.</param>
    /// <param name="epoch">The epoch, from 0; null where there is none.</param>
    /// <param name="values">The figures.</param>
    /// <param name="name">What the evaluation is called, where there are several.</param>
    /// <param name="fit">Which <c>fit</c> of the run this is, from the second on.</param>
    internal void Add(string phase, long step, long? epoch, Logs values, string? name = null, int? fit = null)
    {
        var time = Math.Round(Seconds, 3);
        _line.SetLength(0);
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            json.WriteNumber("time", time);
            json.WriteNumber("step", step);
            if (epoch is { } number)
            {
                json.WriteNumber("epoch", number);
            }

            json.WriteString("phase", phase);
            if (name is not null)
            {
                json.WriteString("name", name);
            }

            if (fit is { } which)
            {
                json.WriteNumber("fit", which);
            }

            json.WritePropertyName("values");
            JsonFigures.Write(json, values);
            json.WriteEndObject();
        }

        _line.WriteByte((byte)'\n');
        _file.Write(_line.GetBuffer(), 0, (int)_line.Length); // one write, so that a line is whole or not there
        Added?.Invoke(new Measurement(time, step, epoch, phase, name, fit, values));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
