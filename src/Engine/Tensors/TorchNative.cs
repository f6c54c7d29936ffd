using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>Loads libtorch. It must be asked before the first word of TorchSharp, whose own attempt cannot be repeated.</summary>
/// <remarks>
/// TorchSharp 0.107.0 asks for <c>GLIBCXX_3.4.32</c> (GCC 13), for the sake of one symbol that it never calls. Debian 12 and Ubuntu
/// 22.04 have 3.4.30; there, that one need is made optional in a copy of the library that lives in memory. Where the library loads
/// as it is, it is left as it is. Windows and macOS need nothing, and nothing is done there.
/// </remarks>
public static class TorchNative
{
    private const string Unmet = "GLIBCXX_3.4.32";
    private static readonly Lock Gate = new();
    private static bool _loaded;
    private static TorchNativeException? _failure;
    private static nint _setThreadsHere;

    /// <summary>Loads libtorch, unless it is loaded already; from any thread, any number of times.</summary>
    /// <param name="options">The first call decides on <see cref="TorchNativeOptions.SharedCores"/> and
    /// <see cref="TorchNativeOptions.Folder"/>; every call that names <see cref="TorchNativeOptions.Threads"/> sets them.</param>
    /// <exception cref="TorchNativeException">libtorch is missing, or does not fit this system.</exception>
    public static void EnsureLoaded(TorchNativeOptions? options = null)
    {
        options ??= new TorchNativeOptions();
        lock (Gate)
        {
            if (_failure is not null) throw _failure;
            if (!_loaded)
            {
                if (OperatingSystem.IsLinux()) LoadOnLinux(options);
                FinalizerDelay.Begin();
            }

            _loaded = true;
            if (options.Threads is { } threads) torch.set_num_threads(threads);
        }
    }

    /// <summary>
    /// Lets operations of the present thread use it alone, as a thread should that works beside a training: a second team of threads on the same
    /// cores would make the first wait.
    /// </summary>
    internal static unsafe void UseOneThreadHere()
    {
        EnsureLoaded();
        if (_setThreadsHere != 0)
        {
            _ = torch.get_num_threads(); // libtorch sets the number once for each thread, so it does so before
            ((delegate* unmanaged<int, void>)_setThreadsHere)(1);
        }
    }

    private static void LoadOnLinux(TorchNativeOptions options)
    {
        try
        {
            if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
                throw new TorchNativeException($"libtorch for Linux is made for x64, and this is {RuntimeInformation.ProcessArchitecture}.");
            Tune(options);
            var libtorch = NativeLibrary.Load(NeedFile("libtorch.so", options)); // brings the others, which later loads find by their names
            NativeLibrary.TryGetExport(libtorch, "omp_set_num_threads", out _setThreadsHere);
            Team.Find(libtorch);
            var path = NeedFile("libLibTorchSharp.so", options);
            if (!NativeLibrary.TryLoad(path, out var library)) library = LoadWeakened(path);
            NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) => name == "LibTorchSharp" ? library : 0);
        }
        catch (TorchNativeException e)
        {
            _failure = e;
            throw;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            var reason = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
            _failure = new TorchNativeException(
                "libtorch does not load on this system. It needs glibc 2.34 and the libstdc++ of GCC 12, as in Debian 12, Ubuntu 22.04 "
                + $"or newer. The system says: {reason}", e);
            throw _failure;
        }
    }

    /// <summary>Tells libgomp and malloc how to work. Both listen only before libtorch is loaded.</summary>
    private static void Tune(TorchNativeOptions options)
    {
        if (options.SharedCores) LibC.SetVariable("GOMP_SPINCOUNT", "1000", overwrite: 0);

        // Kept memory instead of fresh pages: a training step asks for the same sizes again and again (up to 9,000 page faults a step).
        LibC.SetMalloc(LibC.MmapThreshold, 32 << 20);
        LibC.SetMalloc(LibC.TrimThreshold, int.MaxValue);
        LibC.SetMalloc(LibC.TopPad, 64 << 20);
    }

    private static string NeedFile(string name, TorchNativeOptions options)
    {
        var probed = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        string?[] candidates =
        [
            options.Folder,
            .. probed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            AppContext.BaseDirectory,
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"),
        ];
        var folders = candidates.OfType<string>().Select(Path.TrimEndingDirectorySeparator).Distinct().ToArray();
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new TorchNativeException(
                $"libtorch is not beside the program: there is no {name} in {string.Join(", ", folders)}. "
                + "Build again with a network ('dotnet restore' brings it), or name its folder in EXPERIMENTRUNNER_LIBTORCH.");
    }

    private static nint LoadWeakened(string path)
    {
        var image = File.ReadAllBytes(path);
        if (!ElfVersionNeeds.TryWeaken(image, Unmet)) return NativeLibrary.Load(path); // fails again, and says why

        using var memory = new SafeFileHandle(LibC.MemoryFile(Path.GetFileName(path), LibC.CloseOnExec), ownsHandle: true);
        if (!memory.IsInvalid)
        {
            RandomAccess.Write(memory, image, fileOffset: 0);
            return NativeLibrary.Load($"/proc/self/fd/{memory.DangerousGetHandle()}");
        }

        var copy = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(copy, image);
            return NativeLibrary.Load(copy);
        }
        finally
        {
            File.Delete(copy); // the loaded library stays
        }
    }
}
