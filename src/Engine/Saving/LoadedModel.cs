using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using TorchSharp;

namespace ExperimentRunner.Engine.Saving;

/// <summary>What a file of a model held.</summary>
public sealed class LoadedModel : IDisposable
{
    private readonly SavedOptimizer? _optimizer;

    internal LoadedModel(Model model, CompileOptions? compile, SavedOptimizer? optimizer, IReadOnlyList<string> warnings, ModelOrigin origin)
    {
        (Model, Compile, _optimizer, Warnings, Origin) = (model, compile, optimizer, warnings, origin);
    }

    /// <summary>The model, with its weights.</summary>
    public Model Model { get; }

    /// <summary>What it was compiled for; null when it was not, or when that could not be understood.</summary>
    public CompileOptions? Compile { get; }

    /// <summary>What was passed over, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Where it comes from.</summary>
    public ModelOrigin Origin { get; }

    /// <summary>Whether the file tells how far the optimizer had come.</summary>
    public bool HasOptimizerState => _optimizer is not null;

    /// <summary>
    /// Puts an optimizer that was started for this model's trainable weights where the saved one stood; false where the file does
    /// not tell, or tells of another optimizer.
    /// </summary>
    public bool TryResume(OptimizerState optimizer)
    {
        using var scope = torch.NewDisposeScope();
        return _optimizer?.TryApply(optimizer) is true;
    }

    /// <summary>Gives the tensors back.</summary>
    public void Dispose()
    {
        Model.Dispose();
        _optimizer?.Dispose();
    }
}

/// <summary>What a file tells of a model without its weights.</summary>
/// <param name="Model">The model, its weights declared and without values.</param>
/// <param name="Compile">What it was compiled for; null when it was not, or when that could not be understood.</param>
/// <param name="OptimizerSteps">How many steps its optimizer had made; null when the file does not tell.</param>
/// <param name="Warnings">What was passed over, a sentence each.</param>
/// <param name="Origin">Where it comes from.</param>
public sealed record ModelDescription(
    Model Model, CompileOptions? Compile, long? OptimizerSteps, IReadOnlyList<string> Warnings, ModelOrigin Origin) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}

/// <summary>How far an optimizer had come, as a file tells it.</summary>
internal abstract class SavedOptimizer
{
    /// <summary>Gives the tensors back.</summary>
    internal abstract void Dispose();

    /// <summary>Puts an optimizer there; false where it does not fit.</summary>
    internal abstract bool TryApply(OptimizerState optimizer);
}
