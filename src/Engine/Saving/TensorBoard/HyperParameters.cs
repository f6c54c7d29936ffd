using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace ExperimentRunner.Engine.Saving.TensorBoard;

/// <summary>The messages by which TensorBoard knows a run's settings.</summary>
/// <remarks>
/// Source: TensorBoard 2.15, <c>plugins/hparams/plugin_data.proto</c>, whose classes do not come with TorchSharp. The numbers below
/// are the fields' numbers there.
/// </remarks>
internal static class HyperParameters
{
    internal const string Plugin = "hparams";
    internal const string BeginTag = "_hparams_/session_start_info";
    internal const string EndTag = "_hparams_/session_end_info";

    private const int Success = 1;
    private const int Failure = 2;

    /// <summary>The run began: a map of settings, its group, the seconds since 1970.</summary>
    internal static ByteString Begin(string group, IEnumerable<KeyValuePair<string, object>> settings, double time) => Message(data =>
    {
        foreach (var (name, value) in settings)
        {
            data.Nested(1, entry =>
            {
                entry.Text(1, name);
                entry.Nested(2, inner => ValueOf(value).WriteTo(inner.Stream));
            });
        }

        data.Text(4, group);
        data.Number(5, time);
    }, field: 3);

    /// <summary>The run ended.</summary>
    internal static ByteString End(bool succeeded, double time) => Message(data =>
    {
        data.Whole(1, succeeded ? Success : Failure);
        data.Number(2, time);
    }, field: 4);

    private static ByteString Message(Action<Fields> write, int field)
    {
        using var fields = new Fields();
        fields.Nested(field, write);
        return ByteString.CopyFrom(fields.ToBytes());
    }

    private static Value ValueOf(object value) => value switch
    {
        bool truth => Value.ForBool(truth),
        string text => Value.ForString(text),
        _ => Value.ForNumber(Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)),
    };

    /// <summary>The fields of a message, written one after the other.</summary>
    private sealed class Fields : IDisposable
    {
        private readonly MemoryStream _bytes = new();

        internal Fields() => Stream = new CodedOutputStream(_bytes);

        internal CodedOutputStream Stream { get; }

        internal void Text(int field, string value)
        {
            Stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
            Stream.WriteString(value);
        }

        internal void Number(int field, double value)
        {
            Stream.WriteTag(field, WireFormat.WireType.Fixed64);
            Stream.WriteDouble(value);
        }

        internal void Whole(int field, int value)
        {
            Stream.WriteTag(field, WireFormat.WireType.Varint);
            Stream.WriteInt32(value);
        }

        internal void Nested(int field, Action<Fields> write)
        {
            using var inner = new Fields();
            write(inner);
            Stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
            Stream.WriteBytes(ByteString.CopyFrom(inner.ToBytes()));
        }

        public void Dispose() => Stream.Dispose();

        internal byte[] ToBytes()
        {
            Stream.Flush();
            return _bytes.ToArray();
        }
    }
}
