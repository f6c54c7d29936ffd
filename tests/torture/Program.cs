using System.Globalization;
using ExperimentRunner.Torture;

const string TheLongest = "seed.yaml";
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: Torture RUNNER.DLL EXPERIMENTS [--short] [--kills N] [--full N] [--flips N] [--seed N]");
    return 2;
}

var isShort = args.Contains("--short");
var seed = Number("--seed", Environment.TickCount);
var runner = new RunnerProgram(Path.GetFullPath(args[0]));
using var work = new WorkFolder();
var experiments = Directory.GetFiles(args[1], "*.yaml").Where(path => !isShort || Path.GetFileName(path) != TheLongest).Order(StringComparer.Ordinal).ToList();
var trial = new Trial(runner, work.Path, new Random(seed));
Console.WriteLine($"seed {seed}");
trial.Prepare(experiments);
trial.Kill(Number("--kills", isShort ? 8 : 200));
trial.FillDisk(Number("--full", isShort ? 3 : 50));
trial.FlipBits(Number("--flips", isShort ? 4 : 50));
Console.WriteLine(trial.Lost == 0 ? "nothing was lost" : $"{trial.Lost} LOST");
return trial.Lost == 0 ? 0 : 1;

int Number(string name, int otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length ? int.Parse(args[i + 1], CultureInfo.InvariantCulture) : otherwise;
