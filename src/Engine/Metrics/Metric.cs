using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>A figure that is gathered over batches, as Keras gathers it. This is its definition; <see cref="Start"/> begins to gather.</summary>
public abstract record Metric
{
    /// <summary>The name under which the figure is logged; null is the class's own.</summary>
    public string? Name { get; init; }

    /// <summary>The name when nothing else is said: Keras's default.</summary>
    [NotAnOption]
    public abstract string DefaultName { get; }

    /// <summary>Which direction is better; null where neither is.</summary>
    [NotAnOption]
    public virtual bool? HigherIsBetter => null;

    /// <summary>Begins to gather.</summary>
    public abstract MetricState Start();
}

/// <summary>What a metric has gathered so far: a few tensors. Updating never waits for a value; <see cref="Result"/> does.</summary>
public abstract class MetricState : IDisposable
{
    /// <summary>What was gathered, in Keras's order, so that it can be saved in the middle and taken up again.</summary>
    public abstract IReadOnlyList<Tensor> Variables { get; }

    /// <summary>Takes in a batch.</summary>
    /// <param name="target">The targets.</param>
    /// <param name="prediction">The predictions.</param>
    /// <param name="weight">A weight for each example (a mask counts as one), or null.</param>
    public abstract void Update(Tensor target, Tensor prediction, Tensor? weight = null);

    /// <summary>The figure so far: one value, or one a class where Keras has several.</summary>
    public abstract IReadOnlyList<double> Result();

    /// <summary>Forgets everything.</summary>
    public abstract void Reset();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var variable in Variables)
        {
            variable.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
