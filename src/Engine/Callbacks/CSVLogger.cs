using System.Globalization;
using System.Text;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Writes each epoch's figures as a line of a CSV file: the epoch, then the figures by name.</summary>
/// <remarks>
/// Writes: <c>filename</c>. Where the first epoch has no <c>val_</c> figures, columns for them are kept, and hold <c>NA</c> until there are some.
/// Source: Keras 3, <c>keras.callbacks.CSVLogger</c>, whose order of columns, line ends and numbers these are.
/// </remarks>
/// <example>CSVLogger: { filename: log.csv, separator: ";" }</example>
[KerasName("CSVLogger")]
public sealed record CSVLogger : Callback
{
    /// <summary>The file; a relative one lies in the run folder.</summary>
    public required string Filename { get; init; }

    /// <summary>What stands between columns: one character.</summary>
    public string Separator { get; init; } = ",";

    /// <summary>Whether a file that is there is added to, instead of written anew.</summary>
    public bool Append { get; init; }

    /// <inheritdoc/>
    public override TrainingListener Start() => new Listener(this);

    private sealed class Listener(CSVLogger definition) : TrainingListener
    {
        private const string LineEnd = "\r\n";
        private List<string>? _columns;
        private long _length;
        private bool _header = true;

        private string File => Training.Place.PathOf(definition.Filename);

        public override void TrainBegin() => Try(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(File)!);
            using var file = new FileStream(File, definition.Append ? FileMode.Append : FileMode.Create, FileAccess.Write);
            (_length, _header) = (file.Length, file.Length == 0);
        });

        public override void EpochEnd(Logs logs)
        {
            _columns ??= Columns(logs);
            var line = new StringBuilder();
            if (_header)
            {
                Add(line, ["epoch", .. _columns]);
            }

            Add(line, [Training.Epoch.ToString(CultureInfo.InvariantCulture), .. _columns.Select(name => logs.TryGetValue(name, out var value) ? PythonText.Of((float)value) : "NA")]);
            Try(() =>
            {
                using var file = new FileStream(File, FileMode.OpenOrCreate, FileAccess.Write);
                file.SetLength(Math.Min(_length, file.Length)); // what a failed write left behind goes
                file.Seek(0, SeekOrigin.End);
                file.Write(Encoding.UTF8.GetBytes(line.ToString()));
                (_length, _header) = (file.Length, false);
            });
        }

        public override void Save(SavedState state)
        {
            state.Put("length", _length);
            state.Put("header", _header);
            state.Put("columns", _columns is null ? null : string.Join('\n', _columns));
        }

        public override void Restore(SavedState state)
        {
            (_length, _header) = (state.Need<long>("length"), state.Need<bool>("header"));
            _columns = ((string?)state.Value("columns"))?.Split('\n').ToList();
            Try(() =>
            {
                using var file = new FileStream(File, FileMode.OpenOrCreate, FileAccess.Write);
                file.SetLength(Math.Min(_length, file.Length));
            });
        }

        private static List<string> Columns(Logs logs)
        {
            var columns = logs.Keys.Order(StringComparer.Ordinal).ToList();
            return columns.Exists(name => name.StartsWith("val_", StringComparison.Ordinal)) ? columns : [.. columns, .. columns.Select(name => "val_" + name)];
        }

        private void Add(StringBuilder line, IEnumerable<string> values) => line.AppendJoin(definition.Separator, values.Select(Quoted)).Append(LineEnd);

        private string Quoted(string value) =>
            value.Contains(definition.Separator, StringComparison.Ordinal) || value.AsSpan().ContainsAny('"', '\r', '\n') ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;

        private void Try(Action act) => Attempt($"CSVLogger cannot write {definition.Filename}", act);
    }
}
