using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>A figure that is gathered over batches, as Keras gathers it. This is its definition; <see cref="Start"/> begins to gather.</summary>
[IgnoredOption("fn")]
public abstract record Metric
{
    /// <summary>The name under which the figure is logged; null is the class's own.</summary>
    public string? Name { get; init; }

    /// <summary>The type of what is gathered; null is the class's own. It matters to the IoU family, which counts in whole numbers.</summary>
    public DtypePolicy? Dtype { get; init; }

    /// <summary>The name when nothing else is said: Keras's default.</summary>
    [NotAnOption]
    public virtual string DefaultName => SnakeCase.From(Catalog.NameOf(GetType()));

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
    /// <param name="weight">A weight for each example, or for each of its places; or null.</param>
    /// <param name="mask">True where a prediction counts; or null. As in Keras, only metrics that are a mean of values heed it.</param>
    public void Update(Tensor target, Tensor prediction, Tensor? weight = null, Tensor? mask = null)
    {
        using var scope = NewDisposeScope();
        using var still = no_grad();
        Add(target, prediction, weight, mask);
    }

    /// <summary>The figure so far: one value, or one a class where Keras has several.</summary>
    public abstract IReadOnlyList<double> Result();

    /// <summary>Forgets everything.</summary>
    public virtual void Reset()
    {
        using var still = no_grad();
        foreach (var variable in Variables)
        {
            variable.zero_();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var variable in Variables)
        {
            variable.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Takes in a batch; without gradients, and what is made on the way is given back.</summary>
    protected abstract void Add(Tensor target, Tensor prediction, Tensor? weight, Tensor? mask);

    /// <summary>A variable of zeros, to be gathered in.</summary>
    protected static Tensor Zeros(params long[] shape) => zeros(shape, float64).DetachFromDisposeScope();
}
