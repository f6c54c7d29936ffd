using System.Diagnostics;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>Every file that Keras wrote, read and written again: the same members, groups, attributes, arrays and configurations.</summary>
public partial class WrittenFileTests
{
    /// <summary>What may differ, a pattern of a line each, and why.</summary>
    private static readonly (Regex Line, string Why)[] MayDiffer =
    [
        (DateSaved(), "the hour of writing"),
        (SharedObject(), "Keras numbers objects by their address in memory to share them; here each stands for itself"),
        (OptimizerClass(), "Keras on PyTorch names a class that only Keras on PyTorch has; the public name opens on every backend"),
        (OldMetric(), "Keras 2 wraps the function that 'accuracy' turns out to be; the metric of that function is the same, and Keras 3 reads it too"),
    ];

    [Theory, MemberData(nameof(Files))]
    public void AFileIsWrittenAsKerasWroteIt(string set, string name, string file)
    {
        using var scope = NewDisposeScope();
        using var folder = GoldenCases.Open(set, name).Extract();
        var copy = Copy(folder, file);

        var isOfALoadedModel = set == "continue" && file == "final.h5"; // Keras then leaves the model's name out of its weights' names
        var written = SavedFile.Lines(copy).Select(line => isOfALoadedModel ? line.Replace("sequential/", "", StringComparison.Ordinal) : line).ToList();
        var expected = SavedFile.Lines(folder.Of(file)).Where(line => !(IsOfWeightsAlone(file) && line.StartsWith("/optimizer/", StringComparison.Ordinal))); // which was not read
        var differences = SavedFile.Differences([.. expected], written)
            .Where(line => !MayDiffer.Any(known => known.Line.IsMatch(line))).ToList();

        Assert.Empty(differences);
    }

    /// <summary>Where Python and h5py are, they see the same in a file and its copy: a reader that has nothing of this program.</summary>
    [Fact]
    public void AnotherReaderSeesTheSame()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "h5py", "compare.py");
        Assert.True(File.Exists(script));
        if (!TryPython(["-c", "import h5py, numpy"], out _))
        {
            return;
        }

        using var scope = NewDisposeScope();
        var folders = new List<TempFolder>();
        var pairs = new List<string>();
        foreach (var row in Files().Where(row => !((string)row[1]).EndsWith("_keras", StringComparison.Ordinal) || (string)row[2] != "final.h5"))
        {
            var (set, name, file) = ((string)row[0], (string)row[1], (string)row[2]);
            if (!IsOfWeightsAlone(file))
            {
                folders.Add(GoldenCases.Open(set, name).Extract());
                pairs.AddRange([folders[^1].Of(file), Copy(folders[^1], file)]);
            }
        }

        var ran = TryPython([script, .. pairs], out var said);
        folders.ForEach(folder => folder.Dispose());

        Assert.True(ran, said);
        Assert.True(said == $"{pairs.Count / 2} of {pairs.Count / 2} the same\n", said[..Math.Min(said.Length, 2000)]);
    }

    public static TheoryData<string, string, string> Files()
    {
        var files = new TheoryData<string, string, string>();
        foreach (var set in new[] { "keras2", "keras3", "training", "fit", "continue" })
        {
            foreach (var path in GoldenCases.Files(set).Where(path => Path.GetExtension(path) is ".h5" or ".keras"))
            {
                var parts = path.Split('/', 2);
                files.Add(set, parts[0], parts[1]);
            }
        }

        return files;
    }

    [GeneratedRegex(@"^. metadata\.json\.date_saved = ")]
    private static partial Regex DateSaved();

    [GeneratedRegex(@"^- .*\.shared_object_id = \d+$")]
    private static partial Regex SharedObject();

    [GeneratedRegex(@"^. config\.json\.compile_config\.optimizer\.(module = ""keras\.(src\.backend\.torch\.optimizers\.\w+|optimizers)""|registered_name = (null|""\w+""))$")]
    private static partial Regex OptimizerClass();

    [GeneratedRegex(@"^. training_config\.metrics\[")]
    private static partial Regex OldMetric();

    /// <summary>Runs Debian's Python, which its h5py belongs to, or what there is; false where there is none or it fails.</summary>
    private static bool TryPython(string[] arguments, out string said)
    {
        said = "";
        try
        {
            using var python = Process.Start(new ProcessStartInfo(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            var errors = python.StandardError.ReadToEndAsync();
            said = python.StandardOutput.ReadToEnd();
            python.WaitForExit();
            said += python.ExitCode == 0 ? "" : errors.Result;
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static bool IsOfWeightsAlone(string file) => file.EndsWith(".weights.h5", StringComparison.Ordinal);

    /// <summary>Reads a file and writes what it held; the path of the copy.</summary>
    private static string Copy(TempFolder folder, string file)
    {
        using var loaded = ModelFile.Load(folder.Of(IsOfWeightsAlone(file) ? "initial.h5" : file));
        if (IsOfWeightsAlone(file))
        {
            ModelFile.LoadWeights(folder.Of(file), loaded.Model);
        }

        using var trainer = loaded.Compile is { } compile ? new Trainer(loaded.Model, compile, default) : null;
        var optimizer = trainer is not null && loaded.TryResume(trainer.Optimizer) ? trainer.Optimizer : null;
        var copy = folder.Of(IsOfWeightsAlone(file) ? "copy.weights.h5" : "copy" + Path.GetExtension(file));
        ModelFile.Save(copy, loaded.Model, loaded.Compile, optimizer, loaded.Origin);
        return copy;
    }
}
