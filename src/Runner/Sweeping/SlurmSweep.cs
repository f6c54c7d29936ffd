using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ExperimentRunner.Runner.Commands;

namespace ExperimentRunner.Runner.Sweeping;

/// <summary>Hands the runs of a sweep to Slurm as one job array: a script is written, and <c>sbatch</c> takes it.</summary>
internal static class SlurmSweep
{
    /// <summary>The script: each task of the array is one run.</summary>
    /// <param name="name">The jobs' name.</param>
    /// <param name="logs">The folder of what the tasks say.</param>
    /// <param name="runs">The arguments of each run.</param>
    /// <param name="jobs">How many run at once; null leaves that to Slurm.</param>
    internal static string ScriptFor(string name, string logs, IReadOnlyList<IReadOnlyList<string>> runs, int? jobs)
    {
        var program = string.Join(" ", ProgramCommand.Words.Select(Quoted));
        var text = new StringBuilder("#!/bin/bash\n");
        text.Append(CultureInfo.InvariantCulture, $"#SBATCH --job-name={name}\n");
        text.Append(CultureInfo.InvariantCulture, $"#SBATCH --array=0-{runs.Count - 1}{(jobs is { } most ? $"%{most}" : "")}\n");
        text.Append(CultureInfo.InvariantCulture, $"#SBATCH --output={logs.Replace("%", "%%", StringComparison.Ordinal)}/%a.log\n");
        text.Append(CultureInfo.InvariantCulture, $"cd {Quoted(Environment.CurrentDirectory)} || exit 1\n");
        text.Append("case $SLURM_ARRAY_TASK_ID in\n");
        foreach (var (arguments, number) in runs.Select((arguments, number) => (arguments, number)))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {number}) exec {program} {string.Join(" ", arguments.Select(Quoted))} ;;\n");
        }

        return text.Append("esac\n").ToString();
    }

    /// <summary>Hands a script over; the result is what <c>sbatch</c> said.</summary>
    /// <exception cref="WrongCommandException">There is no Slurm, or it refused.</exception>
    internal static string Submit(string script)
    {
        try
        {
            using var sbatch = Process.Start(new ProcessStartInfo("sbatch", [script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = sbatch.StandardError.ReadToEndAsync();
            var output = sbatch.StandardOutput.ReadToEnd().Trim();
            sbatch.WaitForExit();
            return sbatch.ExitCode == 0 ? output : throw new WrongCommandException($"sbatch refused {script}: {errors.Result.Trim()}");
        }
        catch (Win32Exception error)
        {
            throw new WrongCommandException($"There is no 'sbatch' on this machine. The script is {script}: hand it over where Slurm is.", error);
        }
    }

    private static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '_' or '-' or '=' or ':' or ',' or '+' or '@')
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
