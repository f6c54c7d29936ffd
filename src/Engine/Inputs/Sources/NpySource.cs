using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>One NumPy array a split; its first axis is the examples.</summary>
/// <remarks>Columns: <c>x</c>.</remarks>
[KerasName("npy")]
public sealed record NpySource : FileSource
{
    private protected override IReadOnlyDictionary<string, Tensor> ReadFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return new Dictionary<string, Tensor> { ["x"] = Npy.Read(file, file.Length, path) };
    }
}
