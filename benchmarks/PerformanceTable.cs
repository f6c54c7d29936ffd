using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ExperimentRunner.Benchmarks.Contests;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks;

/// <summary>Everything that is promised of speed and memory, measured in one go and written into <c>docs/performance.md</c>.</summary>
internal static class PerformanceTable
{
    private const string Begin = "<!-- measured: written by ./runner-bench -->";
    private const string End = "<!-- end of what is measured -->";
    private static readonly List<Row> Rows = [];

    internal static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, ".."));

    internal static void Run()
    {
        Console.WriteLine(Machine());
        Networks();
        Rows.Add(new("predict, images/s / TorchSharp's forward in inference mode", "≥ 2.5", PredictBenchmark.Run().Ratio.Inverse(), 2.5, AtLeast: true));
        var (first, last) = MemoryProof.Drift();
        Rows.Add(new("median step of the last tenth of 20,000 small steps / of the first", "≤ 1.05", Spread.Of([last / first]), 1.05));
        Rows.Add(new("peak memory of the seed's training, MB", "≤ 650", TrainingRuns.PeakMemory(), 650));
        Rows.Add(new("two trainings at once / one after the other", "≤ 1", TrainingRuns.TwoAtOnce(), 1));
        Write();
    }

    private static void Networks()
    {
        var bfloat16 = HasBFloat16();
        using (var scope = NewDisposeScope())
        {
            var matrix = rand(2048, 2048);
            using var contest = MnistCnn.Make();
            Add("our float32 step / plain TorchSharp loop", 0.75, Rounds.Compare(contest.Title, () => contest.Ours(10), () => contest.Theirs(10), per: 10).Ratio);
            var product = Rounds.Compare("  the step / a product of 2048² matrices", () => contest.Ours(10), () => matrix.mm(matrix).Dispose());
            var steps = 10 * MnistCnn.GigaFlop / (2 * Math.Pow(2048, 3) / 1e9); // products of the same work as the ten steps
            var share = new Spread(product.Ratio.Median / steps, product.Ratio.Least / steps, product.Ratio.Greatest / steps).Inverse();
            Rows.Add(new("share of the machine's own float32 GEMM speed that the float32 step reaches", "≥ 0.75", share, 0.75, AtLeast: true));
        }

        Contest("our bfloat16 step / plain TorchSharp loop" + (bfloat16 ? "" : " (this processor computes it in float32)"), 0.45, () => MnistCnn.Make(ScalarType.BFloat16), 10);
        using (var scope = NewDisposeScope())
        {
            using var contest = SmallMlp.Make();
            var step = Rounds.Compare(contest.Title, () => contest.Ours(1000), () => contest.Theirs(1000), per: 1000);
            Rows.Add(new("loop overhead: MLP 6-8-3, batch 8, steps/s / by hand in TorchSharp with its own Adam", "≥ 1.5", step.Ratio.Inverse(), 1.5, AtLeast: true));
        }

        Contest("LSTM text classifier: step / plain TorchSharp loop", 0.9, TextLstm.Make, 20);
        Contest("ResNet-20 on 32 × 32: step / plain TorchSharp loop", 0.9, ResNet20.Make, 10);
        Contest("transformer block: step / plain TorchSharp loop", 0.9, TransformerBlock.Make, 10);
    }

    private static void Contest(string measure, double limit, Func<Contest> make, int steps)
    {
        using var scope = NewDisposeScope();
        using var contest = make();
        Add(measure, limit, Rounds.Compare(contest.Title, () => contest.Ours(steps), () => contest.Theirs(steps), per: steps).Ratio);
    }

    private static void Add(string measure, double limit, Spread ratio) => Rows.Add(new(measure, string.Create(CultureInfo.InvariantCulture, $"≤ {limit}"), ratio, limit));

    private static void Write()
    {
        var table = new StringBuilder().AppendLine(Begin).AppendLine().AppendLine(Machine()).AppendLine()
            .AppendLine("| measure | must be | is: median (least–greatest) | |").AppendLine("|---|---|---|---|");
        foreach (var row in Rows)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"| {row.Measure} | {row.Must} | {row.Is} | {(row.Holds ? "yes" : "**no**")} |");
        }

        table.AppendLine().Append(End);
        Console.WriteLine(table.ToString());
        var path = Path.Combine(Root, "docs", "performance.md");
        var text = File.ReadAllText(path);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        File.WriteAllText(path, text[..from] + table + text[(to + End.Length)..]);
    }

    private static string Machine()
    {
        var processor = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.Now:yyyy-MM-dd}, {processor ?? RuntimeInformation.ProcessArchitecture.ToString()}{(HasBFloat16() ? " with bfloat16" : "")}, {Environment.ProcessorCount} processors, {get_num_threads()} threads, "
            + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}, libtorch {torch.__version__}.");
    }

    private static bool HasBFloat16() =>
        File.Exists("/proc/cpuinfo") && File.ReadAllText("/proc/cpuinfo") is var flags && (flags.Contains("avx512_bf16", StringComparison.Ordinal) || flags.Contains("amx_bf16", StringComparison.Ordinal));

    private static string Here([CallerFilePath] string path = "") => path;

    private sealed record Row(string Measure, string Must, Spread Is, double Limit, bool AtLeast = false)
    {
        internal bool Holds => AtLeast ? Is.Median >= Limit : Is.Median <= Limit;
    }
}
