using System.Runtime.InteropServices;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>The few functions of Linux's C library that .NET has no word for.</summary>
internal static partial class LibC
{
    public const int TrimThreshold = -1;
    public const int TopPad = -2;
    public const int MmapThreshold = -3;
    public const uint CloseOnExec = 1;
    public const int ReadOnly = 0;

    /// <summary>Sets a variable that native code sees: <see cref="Environment"/> changes only .NET's copy.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    public static partial void SetMalloc(int parameter, int value);

    /// <summary>A file that lives in memory alone, or -1.</summary>
    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MemoryFile(string name, uint flags);

    /// <summary>Opens a file or a folder; the result is a number for it, or -1.</summary>
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int how);

    /// <summary>Waits until what was written is on the disk.</summary>
    [LibraryImport("libc", EntryPoint = "fsync")]
    public static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int handle);
}
