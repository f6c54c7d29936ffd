using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Values of a weight in a file: their shape is known, they are read when asked for.</summary>
/// <param name="Shape">The lengths of the axes.</param>
/// <param name="Bytes">About how many bytes they take.</param>
/// <param name="Read">Reads them.</param>
internal sealed record SavedValue(IReadOnlyList<long> Shape, long Bytes, Func<Tensor> Read)
{
    /// <summary>Reads the only one of them as a number; without libtorch where the file allows it.</summary>
    internal Func<double> ReadNumber { get; private init; } = () =>
    {
        using var scope = NewDisposeScope();
        return Read().to_type(ScalarType.Float64).item<double>();
    };

    internal static SavedValue Of(StoredArray array) =>
        new(array.Shape, array.Count * StoredArray.SizeOf(array.Type), array.ToTensor) { ReadNumber = array.ToNumber };
}

/// <summary>Which values of a file go into which weight of a model; checked before any memory is taken.</summary>
internal sealed class WeightPlan
{
    private const long AlwaysAllowed = 64 << 20;
    private const long MostExpansion = 100;
    private readonly Dictionary<Weight, SavedValue> _values = [];

    /// <summary>Plans to fill a weight.</summary>
    /// <param name="weight">The weight, which may be a declared one.</param>
    /// <param name="value">What goes into it.</param>
    /// <param name="layer">The layer it belongs to, for a message.</param>
    /// <exception cref="FileProblem">The shapes differ.</exception>
    internal void Add(Weight weight, SavedValue value, string layer)
    {
        if (!weight.Shape.SequenceEqual(value.Shape))
        {
            throw new FileProblem(
                $"The weight '{weight.Name}' of the layer '{layer}' has the shape [{string.Join(", ", value.Shape)}] in the file, but [{string.Join(", ", weight.Shape)}] in the model.");
        }

        _values[weight] = value;
    }

    /// <summary>Sees that the values are not far more than the file they come from.</summary>
    /// <exception cref="FileProblem">They are.</exception>
    internal void NeedSize(long fileLength)
    {
        var all = _values.Values.Sum(value => value.Bytes);
        if (all > AlwaysAllowed && all > fileLength * MostExpansion)
        {
            throw new FileProblem($"The weights are said to have {all} bytes, in a file of {fileLength}.");
        }
    }

    /// <summary>Fills the weights of a model in use: all values are read before the first is put in, so a file that breaks off changes nothing.</summary>
    internal void Refill(Model model)
    {
        using var scope = NewDisposeScope();
        var values = model.Weights.Where(_values.ContainsKey).Select(weight => (weight, Value: _values[weight].Read())).ToList();
        foreach (var (weight, value) in values)
        {
            weight.Assign(value);
        }

        model.HasWeights = true;
    }

    /// <summary>Fills the weights of a new model.</summary>
    /// <param name="declared">The model that the plan was made for.</param>
    /// <param name="model">A model of the same graph, with tensors.</param>
    internal void Fill(Model declared, Model model)
    {
        foreach (var (planned, weight) in declared.Weights.Zip(model.Weights))
        {
            if (_values.TryGetValue(planned, out var value))
            {
                using var scope = NewDisposeScope();
                weight.Assign(value.Read());
            }
        }

        model.HasWeights = true;
    }
}
