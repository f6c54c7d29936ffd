using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>NumPy's archives of arrays; the first axis of each is the examples.</summary>
/// <remarks>Columns: the arrays, by their names.</remarks>
[KerasName("npz")]
public sealed record NpzSource : FileSource
{
    private protected override IReadOnlyDictionary<string, Tensor> ReadFile(string path) => Npz.Read(path);
}
