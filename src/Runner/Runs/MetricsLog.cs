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
    private readonly double _before;

    /// <summary>Opens the file to add to it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clock">Tells the seconds since the start.</param>
    /// <param name="before">The seconds that a run that goes on was at work before.</param>
    internal MetricsLog(string path, TimeProvider clock, double before = 0)
    {
        _before = before;
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        (_clock, _start) = (clock, clock.GetTimestamp());
    }

    /// <summary>Is told each measurement once it is written.</summary>
    internal event Action<Measurement>? Added;

    /// <summary>How many bytes the file has.</summary>
    internal long Length => _file.Length;

    /// <summary>Seconds that the run was at work.</summary>
    internal double Seconds => _before + _clock.GetElapsedTime(_start).TotalSeconds;

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
        Write();
        Added?.Invoke(new Measurement(time, step, epoch, phase, name, fit, values));
    }

    /// <summary>Waits until the measurements are on the disk.</summary>
    internal void Flush() => _file.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Writes the line at once, so that it is whole or not there; what a full disk took of it is taken back.</summary>
    private void Write()
    {
        var length = _file.Length;
        try
        {
            _file.Write(_line.GetBuffer(), 0, (int)_line.Length);
        }
        catch (IOException)
        {
            _file.SetLength(length);
            throw;
        }
    }
}
