using System.Globalization;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Figures and times as people read them.</summary>
internal static class Words
{
    /// <summary><c>loss 0.0312  accuracy 0.991</c>.</summary>
    internal static string Figures(IEnumerable<KeyValuePair<string, double>> logs) => string.Join("  ", logs.Select(pair => $"{pair.Key} {Figure(pair.Value)}"));

    /// <summary>A name behind a word, where there is one: <c>evaluate test</c>.</summary>
    internal static string After(string? name) => name is null ? "" : $" {name}";

    /// <summary>A figure for people: four digits after the point, whole numbers whole.</summary>
    internal static string Figure(double value) => value == Math.Truncate(value) && Math.Abs(value) < 1e15
        ? value.ToString("F0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) is >= 1e-4 and < 1e6 ? "0.####" : "0.###e+0", CultureInfo.InvariantCulture);

    /// <summary>A stretch of time for people: <c>42 s</c>, <c>3 min 05 s</c>, <c>2 h 10 min</c>.</summary>
    internal static string Time(double seconds) => seconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60} min {(int)seconds % 60:D2} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 3600} h {(int)seconds / 60 % 60:D2} min"),
    };

    /// <summary>How long ago something was: <c>now</c>, <c>42 s</c>, <c>5 min</c>, <c>3 h</c>, <c>12 d</c>.</summary>
    internal static string Age(double seconds) => seconds switch
    {
        < 1 => "now",
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)} min"),
        < 172800 => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 3600)} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 86400)} d"),
    };

    /// <summary>How large a file is: <c>812 B</c>, <c>4.1 KB</c>, <c>1.2 MB</c>.</summary>
    internal static string Bytes(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F1} KB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:F1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:F1} GB"),
    };
}
