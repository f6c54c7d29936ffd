using System.Buffers.Binary;
using System.Text;

namespace ExperimentRunner.Tests;

/// <summary>Reads event files from the written specification alone: framing, sums bit by bit, and protobuf's wire format by hand.</summary>
internal static class EventRecords
{
    /// <summary>The events of a file, whose sums must be right.</summary>
    public static IReadOnlyList<Message> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var events = new List<Message>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var content = bytes.AsSpan(at + 12, length);
            Assert.Equal(Masked(content), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            events.Add(new Message(content.ToArray()));
            at += 16 + length;
        }

        return events;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var sum = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) != 0 ? (sum >> 1) ^ 0x82F63B78 : sum >> 1; // Castagnoli's polynomial, reversed
            }
        }

        sum = ~sum;
        return ((sum >> 15) | (sum << 17)) + 0xA282EAD8;
    }

    /// <summary>A protobuf message: its fields by number, in order.</summary>
    internal sealed class Message
    {
        private readonly List<(int Field, object Value)> _fields = [];

        public Message(byte[] bytes)
        {
            for (var at = 0; at < bytes.Length;)
            {
                var tag = Varint(bytes, ref at);
                var field = (int)(tag >> 3);
                switch (tag & 7)
                {
                    case 0:
                        _fields.Add((field, Varint(bytes, ref at)));
                        break;
                    case 1:
                        _fields.Add((field, bytes[at..(at + 8)]));
                        at += 8;
                        break;
                    case 2:
                        var length = (int)Varint(bytes, ref at);
                        _fields.Add((field, bytes[at..(at + length)]));
                        at += length;
                        break;
                    case 5:
                        _fields.Add((field, bytes[at..(at + 4)]));
                        at += 4;
                        break;
                    default:
                        throw new InvalidDataException($"wire type {tag & 7}");
                }
            }
        }

        public bool Has(int field) => _fields.Exists(one => one.Field == field);

        public long Whole(int field) => Has(field) ? (long)(ulong)One(field) : 0;

        public double Double(int field) => Has(field) ? BitConverter.ToDouble(Bytes(field)) : 0;

        public float Float(int field) => BitConverter.ToSingle(Bytes(field));

        public byte[] Bytes(int field) => (byte[])One(field);

        public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

        public Message In(int field) => new(Bytes(field));

        public IEnumerable<Message> All(int field) => _fields.Where(one => one.Field == field).Select(one => new Message((byte[])one.Value));

        public double[] Doubles(int field) => [.. Bytes(field).Chunk(8).Select(eight => BitConverter.ToDouble(eight))]; // packed

        private object One(int field) => _fields.Single(one => one.Field == field).Value;

        private static ulong Varint(byte[] bytes, ref int at)
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var next = bytes[at++];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return value;
                }
            }
        }
    }
}
