using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>What a metric has gathered so far: a few tensors. Updating never waits for a value; <see cref="Result"/> does.</summary>
public abstract class MetricState : IDisposable
{
    private Tensor[] _variables = [];

    /// <summary>
    /// What was gathered, in Keras's order, so that it can be saved in the middle and taken up again. Metrics whose variables
    /// depend on the number of classes have none before the first batch.
    /// </summary>
    public IReadOnlyList<Tensor> Variables => _variables;

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
    public void Reset()
    {
        foreach (var variable in _variables)
        {
            variable.zero_();
        }
    }

    /// <summary>Goes on from what was gathered before.</summary>
    /// <param name="variables">The <see cref="Variables"/> of then; they are copied.</param>
    public void Restore(IReadOnlyList<Tensor> variables)
    {
        var copies = variables.Select(variable => variable.to(float64, copy: true).DetachFromDisposeScope()).ToArray();
        Dispose();
        _variables = copies;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var variable in _variables)
        {
            variable.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the variables, all zero. They are float64, where Keras's float32 stops counting at 16 million.</summary>
    protected void Make(params long[][] shapes) => _variables = [.. shapes.Select(shape => zeros(shape, float64).DetachFromDisposeScope())];

    /// <summary>Takes in a batch; without gradients, and what is made on the way is given back.</summary>
    protected abstract void Add(Tensor target, Tensor prediction, Tensor? weight, Tensor? mask);

    /// <summary>The values of a variable.</summary>
    protected double[] Read(int variable) => _variables[variable].data<double>().ToArray();
}
