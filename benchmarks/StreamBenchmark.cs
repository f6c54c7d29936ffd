using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Benchmarks;

/// <summary>
/// Trains on data that are larger than what the program may take of memory, by the program itself, and fails where it takes more, or waits for
/// data. Made-up rows need no disk; a NumPy array and a table are written into a temporary folder, and removed.
/// </summary>
internal static class StreamBenchmark
{
    private const int Width = 1000;
    private const long RowBytes = Width * sizeof(float);
    private const double MostMemory = 1e9;
    private const double MostWaiting = 0.03;

    /// <summary>Trains one pass on each.</summary>
    /// <param name="gigabytes">The size of the made-up rows; a quarter of it, and no more than 4, is written as an array, and a fortieth as a table.</param>
    internal static void Run(double gigabytes = 20)
    {
        var folder = Directory.CreateTempSubdirectory("stream-").FullName;
        try
        {
            Console.WriteLine($"{Width} float32 a row, an MLP 1000-256-64-10, batches of 256, shuffled by the default buffer of 10,000; one pass");
            Console.WriteLine($"{"",-12} {"GB",6} {"rows",9} {"seconds",8} {"rows/s",8} {"peak memory",12} {"waiting",8}");
            var rows = (long)(gigabytes * 1e9 / RowBytes);
            var madeUp = Train(folder, "synthetic", rows, Invariant($"{{source: synthetic, stream: true, examples: {{train: {rows}}}, columns: {{x: {{shape: [{Width}]}}, y: {{linear_of: x, classes: 10}}}}}}"));

            var arrayRows = (long)(Math.Min(gigabytes / 4, 4) * 1e9 / RowBytes);
            WriteArray(Path.Combine(folder, "x.npy"), arrayRows, Width);
            WriteArray(Path.Combine(folder, "y.npy"), arrayRows, 0);
            Train(folder, "npy", arrayRows, "{source: npy, stream: true, path: x.npy}", "{source: npy, stream: true, path: y.npy}");
            File.Delete(Path.Combine(folder, "x.npy"));

            var tableRows = (long)(Math.Min(gigabytes / 40, 0.5) * 1e9 / RowBytes);
            WriteTable(Path.Combine(folder, "a.csv"), tableRows);
            var columns = string.Join(", ", Enumerable.Range(0, Width).Select(i => $"c{i}"));
            Train(folder, "csv", tableRows, $"{{source: csv, stream: true, path: a.csv, columns: {{x: [{columns}]}}}}");
            if (Predict(folder, arrayRows) > MostMemory)
            {
                throw new InvalidOperationException("Predicting takes more than 1 GB of memory.");
            }

            if (madeUp.Memory > MostMemory || madeUp.Waiting > MostWaiting)
            {
                throw new InvalidOperationException("Made-up rows take more than 1 GB of memory, or are waited for more than 3 % of the time.");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs an experiment of one pass, and prints what it took.</summary>
    private static (double Memory, double Waiting) Train(string folder, string name, long rows, string data, string? targets = null)
    {
        var file = Path.Combine(folder, $"{name}.yaml");
        File.WriteAllText(file, $$"""
            seed: 1
            data: {d: {{data}}{{(targets is null ? "" : $", t: {targets}")}}}
            model: {layers: [Dense: {units: 256, activation: relu, input_shape: [{{Width}}], name: x}, Dense: {units: 64, activation: relu}, Dense: {units: 10, activation: softmax}]}
            compile: {loss: sparse_categorical_crossentropy, optimizer: adam, metrics: [accuracy]}
            run: [fit: {x: d.train.x, y: {{(targets is null ? "d.train.y" : "t.train.x")}}, batch_size: 256}]
            """);
        var memory = PeakOfRun(folder, file);
        var run = Directory.GetDirectories(Path.Combine(folder, "runs", name)).Single();
        var result = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "run.json")))!["results"]![0]!;
        var (seconds, waited) = ((double)result["seconds"]!, (double)result["waited"]!);
        Console.WriteLine(Invariant($"{name,-12} {rows * RowBytes / 1e9,6:F2} {rows,9} {seconds,8:F1} {rows / seconds,8:F0} {memory / 1e6,9:F0} MB {waited / seconds,8:P1}"));
        return (memory, waited / seconds);
    }

    /// <summary>Predicts as many numbers as go in, into a file; the result is the peak of memory.</summary>
    private static long Predict(string folder, long rows)
    {
        const string Name = "predict";
        var file = Path.Combine(folder, $"{Name}.yaml");
        File.WriteAllText(file, $$"""
            seed: 1
            data: {d: {source: synthetic, stream: true, examples: {train: {{rows}} }, columns: {x: {shape: [{{Width}}]} } } }
            model: {layers: [Dense: {units: {{Width}}, input_shape: [{{Width}}], name: x}]}
            run: [predict: {x: d.train.x, output: y.npy, batch_size: 256}]
            """);
        var memory = PeakOfRun(folder, file);
        var run = Directory.GetDirectories(Path.Combine(folder, "runs", Name)).Single();
        var seconds = (double)JsonNode.Parse(File.ReadAllText(Path.Combine(run, "run.json")))!["results"]![0]!["seconds"]!;
        Console.WriteLine(Invariant($"{Name,-12} {new FileInfo(Path.Combine(run, "y.npy")).Length / 1e9,6:F2} {rows,9} {seconds,8:F1} {rows / seconds,8:F0} {memory / 1e6,9:F0} MB"));
        return memory;
    }

    /// <summary>Runs an experiment; the result is the most memory that was resident, in bytes.</summary>
    private static long PeakOfRun(string folder, string file)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(Runner.Runs.RunFolder).Assembly.Location, "run", file, "--runs", Path.Combine(folder, "runs")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        var memory = 0L;
        while (!process.WaitForExit(50))
        {
            memory = Math.Max(memory, PeakOf(process.Id));
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(errors.GetAwaiter().GetResult() + output.GetAwaiter().GetResult());
        }

        return memory;
    }

    /// <summary>The most memory a process has had resident, in bytes; 0 once it is gone.</summary>
    private static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6, line.Length - 8).Trim(), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static void WriteArray(string path, long rows, int width)
    {
        using var file = File.Create(path);
        var header = Invariant($"{{'descr': '{(width == 0 ? "|u1" : "<f4")}', 'fortran_order': False, 'shape': ({rows},{(width == 0 ? "" : $" {width}")}), }}").PadRight(117) + "\n";
        file.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header)]);
        var key = new RandomKey(1);
        var (values, bytes) = (new float[Math.Max(width, 1)], new byte[Math.Max(width, 1) * (width == 0 ? 1 : sizeof(float))]);
        for (var row = 0L; row < rows; row++)
        {
            if (width == 0)
            {
                bytes[0] = (byte)(row % 10);
            }
            else
            {
                key.FillNormal(values, row * width);
                Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
            }

            file.Write(bytes);
        }
    }

    private static void WriteTable(string path, long rows)
    {
        using var file = new StreamWriter(path);
        file.WriteLine(string.Join(',', Enumerable.Range(0, Width).Select(i => $"c{i}").Append("y")));
        var (values, key) = (new float[Width], new RandomKey(1));
        for (var row = 0L; row < rows; row++)
        {
            key.FillNormal(values, row * Width);
            file.WriteLine(string.Join(',', values.Select(value => value.ToString("F4", CultureInfo.InvariantCulture)).Append((row % 10).ToString(CultureInfo.InvariantCulture))));
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
