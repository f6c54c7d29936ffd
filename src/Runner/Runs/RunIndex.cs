using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ExperimentRunner.Runner.Configuration;
using Microsoft.Data.Sqlite;

namespace ExperimentRunner.Runner.Runs;

/// <summary>
/// What was read of run folders, kept in <c>runs/.index.db</c> so that a thousand of them need not be read again. The folders are
/// the truth: a part counts only while the file it was read from has the same length and time, and the index may be deleted at any
/// time. Whatever is wrong with it costs time and nothing else.
/// </summary>
internal sealed class RunIndex : IDisposable
{
    /// <summary>The index's name in the folder of runs.</summary>
    internal const string FileName = ".index.db";

    private const int Version = 1;

    /// <summary>What the record says that lists and filters ask for.</summary>
    internal static readonly Part<RunFacts> Facts = new(
        "facts", folder => [folder.RecordFile], folder => RunFacts.Read(folder.RecordFile) with { Command = [], Environment = [], Data = [], Weights = [] }, IndexJson.Default.RunFacts);

    /// <summary>The curves in a few figures.</summary>
    internal static readonly Part<IReadOnlyList<SeriesSummary>> Series = new(
        "series", folder => [folder.MetricsFile], folder => [.. MetricsHistory.Read(folder.MetricsFile).Series.Select(SeriesSummary.Of)], IndexJson.Default.IReadOnlyListSeriesSummary);

    /// <summary>The experiment, flat.</summary>
    internal static readonly Part<FlatSettings> Settings = Part<FlatSettings>.As(
        "settings",
        folder => [folder.ResolvedFile],
        folder => FlatSettings.Read(folder.ResolvedFile),
        IndexJson.Default.IReadOnlyListSetting,
        settings => settings.All,
        FlatSettings.From);

    /// <summary>The classes of the layers.</summary>
    internal static readonly Part<IReadOnlyList<string>> Layers = new(
        "layers", folder => [folder.ModelFile, folder.ResolvedFile], folder => [.. (RunModel.Read(folder)?.Layers ?? []).Select(layer => layer.Class)], IndexJson.Default.IReadOnlyListString);

    private readonly string _root;
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Dictionary<string, (long Stamp, string Data)>> _loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Part, string Folder), (long Stamp, string Data)> _fresh = [];
    private readonly Lock _gate = new();
    private IReadOnlyList<RunFolder> _live = [];

    private RunIndex(string root, SqliteConnection connection) => (_root, _connection) = (root, connection);

    /// <summary>Opens the index of a folder of runs, made anew where it is broken; null where none can be had.</summary>
    internal static RunIndex? Open(string root)
    {
        var path = Path.Combine(root, FileName);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            SqliteConnection? connection = null;
            try
            {
                connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ToString());
                connection.Open();
                if (Convert.ToInt64(Run(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture) != Version)
                {
                    Run(connection, "DROP TABLE IF EXISTS parts");
                    Run(connection, "CREATE TABLE parts (part TEXT, folder TEXT, stamp INTEGER, data TEXT, PRIMARY KEY (part, folder)) WITHOUT ROWID");
                    Run(connection, $"PRAGMA user_version = {Version}");
                }

                Run(connection, "PRAGMA synchronous = OFF");
                return new RunIndex(root, connection);
            }
            catch (SqliteException error)
            {
                connection?.Dispose();
                if (!IsBroken(error) || !TryDelete(path))
                {
                    return null; // a folder that may not be written, or another program at work in it
                }
            }
        }

        return null;
    }

    /// <summary>Says which folders there are: what is known of others is forgotten.</summary>
    internal void Keep(IReadOnlyList<RunFolder> folders) => _live = folders;

    /// <summary>Writes what was read anew, and closes.</summary>
    public void Dispose()
    {
        try
        {
            if (_fresh.Count > 0)
            {
                Save();
            }
        }
        catch (SqliteException)
        {
            // another time
        }

        _connection.Dispose();
    }

    private static object? Run(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants only
        command.CommandText = text;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    private static bool IsBroken(SqliteException error) => error.SqliteErrorCode is 11 or 26 or 1; // corrupt, no database, another table of the name

    private static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string Key(RunFolder folder) => Path.GetRelativePath(_root, folder.Path);

    private Dictionary<string, (long Stamp, string Data)> Load(string part)
    {
        if (!_loaded.TryGetValue(part, out var rows))
        {
            _loaded[part] = rows = new Dictionary<string, (long, string)>(StringComparer.Ordinal);
            try
            {
                using var command = _connection.CreateCommand();
                command.CommandText = "SELECT folder, stamp, data FROM parts WHERE part = $part";
                command.Parameters.AddWithValue("$part", part);
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    rows[reader.GetString(0)] = (reader.GetInt64(1), reader.GetString(2));
                }
            }
            catch (SqliteException)
            {
                rows.Clear(); // what cannot be read is read from the folders
            }
        }

        return rows;
    }

    private void Save()
    {
        var live = _live.Select(Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (part, rows) in _loaded)
        {
            foreach (var gone in rows.Keys.Where(folder => !live.Contains(folder)))
            {
                _fresh[(part, gone)] = (0, "");
            }
        }

        using var transaction = _connection.BeginTransaction();
        using var put = _connection.CreateCommand();
        put.CommandText = "INSERT OR REPLACE INTO parts VALUES ($part, $folder, $stamp, $data)";
        using var drop = _connection.CreateCommand();
        drop.CommandText = "DELETE FROM parts WHERE part = $part AND folder = $folder";
        string[] names = ["$part", "$folder", "$stamp", "$data"];
        foreach (var name in names)
        {
            put.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        drop.Parameters.Add(new SqliteParameter { ParameterName = names[0] });
        drop.Parameters.Add(new SqliteParameter { ParameterName = names[1] });
        foreach (var ((part, folder), (stamp, data)) in _fresh)
        {
            var command = data.Length == 0 ? drop : put;
            (command.Parameters[0].Value, command.Parameters[1].Value) = (part, folder);
            if (data.Length > 0)
            {
                (command.Parameters[2].Value, command.Parameters[3].Value) = (stamp, data);
            }

            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>A part of what is known of a run, read from files of its folder.</summary>
    /// <typeparam name="T">What it is.</typeparam>
    internal sealed class Part<T>
    {
        private readonly string _name;
        private readonly Func<RunFolder, string[]> _files;
        private readonly Func<RunFolder, T> _read;
        private readonly Func<T, string> _write;
        private readonly Func<string, T> _parse;

        /// <summary>A part that is kept as it is.</summary>
        internal Part(string name, Func<RunFolder, string[]> files, Func<RunFolder, T> read, JsonTypeInfo<T> json) =>
            (_name, _files, _read, _write, _parse) = (name, files, read, value => JsonSerializer.Serialize(value, json), text => JsonSerializer.Deserialize(text, json)!);

        /// <summary>A part that is kept as something else.</summary>
        internal static Part<T> As<TKept>(
            string name, Func<RunFolder, string[]> files, Func<RunFolder, T> read, JsonTypeInfo<TKept> json, Func<T, TKept> to, Func<TKept, T> from) =>
            new(name, files, read, value => JsonSerializer.Serialize(to(value), json), text => from(JsonSerializer.Deserialize(text, json)!));

        private Part(string name, Func<RunFolder, string[]> files, Func<RunFolder, T> read, Func<T, string> write, Func<string, T> parse) =>
            (_name, _files, _read, _write, _parse) = (name, files, read, write, parse);

        /// <summary>The part of a run: as it was kept while its files are the same, else read and kept.</summary>
        internal T Of(RunFolder folder, RunIndex? index)
        {
            if (index is null)
            {
                return _read(folder);
            }

            var (stamp, key, kept) = (StampOf(_files(folder)), index.Key(folder), default((long Stamp, string Data)));
            lock (index._gate)
            {
                _ = index.Load(_name).TryGetValue(key, out kept);
            }

            if (kept.Data is not null && kept.Stamp == stamp)
            {
                try
                {
                    return _parse(kept.Data);
                }
                catch (JsonException)
                {
                    // written by another version, or broken: read anew
                }
            }

            var value = _read(folder);
            var data = _write(value);
            lock (index._gate)
            {
                index._fresh[(_name, key)] = (stamp, data);
            }

            return value;
        }

        private static long StampOf(string[] files)
        {
            var stamp = 17L;
            foreach (var path in files)
            {
                var file = new FileInfo(path);
                stamp = (stamp * 31) + (file.Exists ? (file.LastWriteTimeUtc.Ticks * 31) + file.Length : 1);
            }

            return stamp;
        }
    }
}

/// <summary>How the index keeps what it keeps.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RunFacts))]
[JsonSerializable(typeof(IReadOnlyList<SeriesSummary>))]
[JsonSerializable(typeof(IReadOnlyList<Setting>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class IndexJson : JsonSerializerContext;
