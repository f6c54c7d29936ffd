using System.Text.Json;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Where the time of steps goes, as a trace that <c>chrome://tracing</c>, Perfetto and TensorBoard's profiler show.</summary>
internal sealed class StepTrace(TimeProvider clock)
{
    private const int MostSteps = 1000;
    private readonly Queue<(long Step, double Start, double Length)> _steps = new();
    private long _origin;
    private long _begun;

    /// <summary>A step begins.</summary>
    internal void Begin()
    {
        _begun = clock.GetTimestamp();
        _origin = _origin == 0 ? _begun : _origin;
    }

    /// <summary>The step that was begun ends; the oldest of very many are forgotten.</summary>
    internal void End(long step)
    {
        _steps.Enqueue((step, Micros(_origin, _begun), Micros(_begun, clock.GetTimestamp())));
        if (_steps.Count > MostSteps)
        {
            _steps.Dequeue();
        }
    }

    /// <summary>Forgets the steps.</summary>
    internal void Clear() => _steps.Clear();

    /// <summary>Writes each step, and what came between steps: data, hooks, callbacks.</summary>
    internal void Write(Stream file)
    {
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteStartArray("traceEvents");
        double? end = null;
        foreach (var (step, start, length) in _steps)
        {
            if (end is { } before)
            {
                Event("between steps", before, start - before);
            }

            Event($"step {step}", start, length);
            end = start + length;
        }

        json.WriteEndArray();
        json.WriteEndObject();

        void Event(string name, double start, double length)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("ph", "X");
            json.WriteNumber("ts", start);
            json.WriteNumber("dur", length);
            json.WriteNumber("pid", 0);
            json.WriteNumber("tid", 0);
            json.WriteEndObject();
        }
    }

    private double Micros(long from, long to) => clock.GetElapsedTime(from, to).TotalMicroseconds;
}
