using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Configuration.Sections;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Execution;

/// <summary>Gives an estimator start weights of another model.</summary>
internal static class WarmStarting
{
    private const string Checkpoint = ".safetensors";

    /// <summary>Takes over the weights that the settings name.</summary>
    /// <exception cref="EstimatorException">One is not there, or of another shape.</exception>
    internal static void Start(Estimator estimator, WarmStart settings, string path)
    {
        using var scope = NewDisposeScope();
        path = new CheckpointStore(path).All is [.., var newest] ? newest.Path : path; // a model_dir, whose newest counts
        using var loaded = path.EndsWith(Checkpoint, StringComparison.OrdinalIgnoreCase) ? null : NamedModel.Open(path);
        var values = loaded?.Model.Weights.ToDictionary(weight => weight.Path, weight => weight.Value, StringComparer.Ordinal) ?? Safetensors.Read(path).Tensors;
        foreach (var weight in estimator.Model.Weights.Where(weight => settings.Takes(weight.Path)))
        {
            var name = settings.VarNameToPrevVarName.GetValueOrDefault(weight.Path, weight.Path);
            if (!values.TryGetValue(name, out var value))
            {
                throw new EstimatorException($"{path} has no weight '{name}' to start '{weight.Path}' from. 'vars_to_warm_start' says which start warm, 'var_name_to_prev_var_name' what they are called there.");
            }

            if (!value.shape.AsSpan().SequenceEqual([.. weight.Shape]))
            {
                throw new EstimatorException($"{path} has '{name}' as [{string.Join(", ", value.shape)}], but '{weight.Path}' is [{string.Join(", ", weight.Shape)}].");
            }

            weight.Assign(value);
        }

        estimator.Model.HasWeights = true;
        estimator.HasWeights = true;
    }
}
