using System.Security.Cryptography;
using System.Text;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Models;

/// <summary>A short text that is the same for the same weights, and for no others.</summary>
public static class WeightDigest
{
    /// <summary>The SHA-256 of all weights of a model: their paths, shapes and bits, in their order.</summary>
    public static string Of(Model model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var weight in model.Weights)
        {
            using var scope = NewDisposeScope();
            hash.AppendData(Encoding.UTF8.GetBytes($"{weight.Path} [{string.Join(", ", weight.Shape)}]\n"));
            foreach (var part in TensorBytes.Of(weight.Value.detach().contiguous()))
            {
                hash.AppendData(part.Span);
            }
        }

        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
