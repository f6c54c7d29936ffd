using System.Diagnostics;
using System.IO.Compression;
using ExperimentRunner.Tests;

namespace ExperimentRunner.Benchmarks;

/// <summary>Reads thousands of damaged files; each must be read, or refused in one way, in less than a second and 500 MB.</summary>
internal static class Fuzz
{
    private const long MostMemory = 500 << 20;

    internal static void Run(int files)
    {
        using var golden = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "golden.zip"));
        using var damaged = new DamagedFiles(path => Content(golden, path));
        for (var number = 0; number < 100; number++)
        {
            damaged.TryRead(damaged.Write(number)); // what is compiled once is no file's time
        }

        var (read, refused, failed) = (0, 0, 0);
        var (longest, most) = (TimeSpan.Zero, 0L);
        var kept = Path.Combine(Path.GetTempPath(), "damaged");
        for (var number = 0; number < files; number++)
        {
            var path = damaged.Write(number);
            var (start, clock) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
            try
            {
                if (damaged.TryRead(path))
                {
                    read++;
                }
                else
                {
                    refused++;
                }
            }
            catch (Exception other)
            {
                Keep($"{other.GetType().Name}: {other.Message}");
            }

            var (time, memory) = (clock.Elapsed, GC.GetAllocatedBytesForCurrentThread() - start);
            (longest, most) = (time > longest ? time : longest, Math.Max(most, memory));
            if (time > TimeSpan.FromSeconds(1) || memory > MostMemory)
            {
                Keep($"{time.TotalSeconds:F2} s, {memory >> 20} MiB");
            }

            void Keep(string why)
            {
                failed++;
                Directory.CreateDirectory(kept);
                File.Copy(path, Path.Combine(kept, number + Path.GetFileName(path)), overwrite: true);
                Console.WriteLine($"number {number}: {why}");
            }
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine(
            $"{files} damaged files: {read} read, {refused} refused, {failed} otherwise; at most {longest.TotalMilliseconds:F0} ms and {most >> 20} MiB each; "
            + $"the whole process at most {process.PeakWorkingSet64 >> 20} MiB");
        Environment.ExitCode = failed > 0 || process.PeakWorkingSet64 > 2 * MostMemory ? 1 : 0;
    }

    private static byte[] Content(ZipArchive archive, string path)
    {
        using var content = archive.GetEntry(path)!.Open();
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return copy.ToArray();
    }
}
