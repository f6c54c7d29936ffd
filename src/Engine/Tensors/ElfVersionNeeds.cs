using System.Buffers.Binary;
using System.Text;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>The versions of other libraries' symbols that a 64-bit little-endian ELF file asks for.</summary>
/// <remarks>Source: System V ABI; Linux Standard Base Core 5.0, chapter 10.7, "Symbol Versioning".</remarks>
internal static class ElfVersionNeeds
{
    private const uint VersionNeedSection = 0x6ffffffe;
    private const ushort Weak = 2;

    /// <summary>Makes a needed version optional, so that the loader does without it; false if the file needs no such version.</summary>
    public static bool TryWeaken(Span<byte> file, string version)
    {
        var needs = FindSection(file, VersionNeedSection);
        if (needs < 0) return false;
        var names = (int)U64(file, Section(file, (int)U32(file, needs + 40)) + 24);
        var wanted = Encoding.ASCII.GetBytes(version + '\0');

        for (int library = (int)U64(file, needs + 24), step = 1; step != 0; library += step)
        {
            var entry = library + (int)U32(file, library + 8);
            for (int left = U16(file, library + 2); left > 0; left--, entry += (int)U32(file, entry + 12))
            {
                if (!file[(names + (int)U32(file, entry + 8))..].StartsWith(wanted)) continue;
                BinaryPrimitives.WriteUInt16LittleEndian(file[(entry + 4)..], (ushort)(U16(file, entry + 4) | Weak));
                return true;
            }
            step = (int)U32(file, library + 12);
        }
        return false;
    }

    private static int FindSection(ReadOnlySpan<byte> file, uint type)
    {
        if (!file.StartsWith("\u007fELF\u0002\u0001"u8)) return -1;
        for (int i = 0, count = U16(file, 60); i < count; i++)
        {
            var section = Section(file, i);
            if (U32(file, section + 4) == type) return section;
        }
        return -1;
    }

    private static int Section(ReadOnlySpan<byte> file, int index) => (int)U64(file, 40) + index * U16(file, 58);

    private static ushort U16(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private static uint U32(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);

    private static ulong U64(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt64LittleEndian(file[at..]);
}
