using ExperimentRunner.Engine.Activations;
using System.Globalization;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving.Onnx;

/// <summary>An ONNX graph as it is written: layers add operators, and get the names of what those put out.</summary>
/// <remarks>
/// Operators are those of opset 17. Axes that were turned are remembered: a turn back, or a function of single elements between two
/// turns, costs nothing, so that convolutions one after the other stay in ONNX's own order of axes.
/// </remarks>
internal sealed class OnnxGraph
{
    private readonly List<OnnxNode> _nodes = [];
    private readonly Dictionary<string, Tensor> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string From, long[] Order)> _turned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>An error that tells why the present layer cannot be said.</summary>
    internal OnnxException Refuse(string reason) => new($"The layer '{Place}' cannot be said in ONNX: {reason}.");

    /// <summary>The operators, each after those it depends on.</summary>
    internal IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>Tensors that never change, by name.</summary>
    internal IReadOnlyDictionary<string, Tensor> Constants => _constants;

    /// <summary>What is being written, for the names of nodes: the path of a layer.</summary>
    internal string Place { get; set; } = "";

    /// <summary>Adds an operator of one output.</summary>
    internal string Add(string name, IReadOnlyList<string> inputs, params IReadOnlyList<(string Name, object Value)> attributes) =>
        Add(name, 1, inputs, attributes)[0];

    /// <summary>Adds an operator of several outputs.</summary>
    internal string[] Add(string name, int outputs, IReadOnlyList<string> inputs, params IReadOnlyList<(string Name, object Value)> attributes)
    {
        var own = Fresh(Place.Length == 0 ? name : $"{Place}/{name}");
        string[] results = outputs == 1 ? [own + ":0"] : [.. Enumerable.Range(0, outputs).Select(i => $"{own}:{i.ToString(CultureInfo.InvariantCulture)}")];
        _nodes.Add(new OnnxNode(name, own, inputs, results, attributes));
        return results;
    }

    /// <summary>Adds an operator whose output has a name of its own, for one that leaves the model.</summary>
    internal void AddOutput(string value, string name) => _nodes.Add(new OnnxNode("Identity", Fresh($"output/{name}"), [value], [name], []));

    /// <summary>A weight, as it is.</summary>
    internal string Weight(Weight weight) => Constant(weight.Path, weight.Value);

    /// <summary>A tensor that never changes; the same name stands for the same tensor.</summary>
    internal string Constant(string name, Tensor values)
    {
        if (!_constants.ContainsKey(name))
        {
            _constants.Add(name, values.detach().contiguous().DetachFromDisposeScope());
        }

        return name;
    }

    /// <summary>A tensor that never changes, under a new name at the present place.</summary>
    internal string Fixed(string name, Tensor values) => Constant(Fresh($"{Place}/{name}"), values);

    /// <summary>A number.</summary>
    internal string Number(double value)
    {
        var number = (float)value;
        return Constant($"number/{number.ToString("R", CultureInfo.InvariantCulture)}", tensor(number));
    }

    /// <summary>A list of whole numbers.</summary>
    internal string Whole(params IReadOnlyList<long> numbers) =>
        Constant($"whole/{string.Join(",", numbers)}", numbers.Count == 0 ? zeros(0, ScalarType.Int64) : tensor(numbers.ToArray(), ScalarType.Int64));

    /// <summary>The sum of two tensors.</summary>
    internal string Plus(string x, string y) => Add("Add", [x, y]);

    /// <summary>A tensor and a number.</summary>
    internal string Plus(string x, double number) => Plus(x, Number(number));

    /// <summary>The product of two tensors, element by element.</summary>
    internal string Times(string x, string y) => Add("Mul", [x, y]);

    /// <summary>A tensor, so many times.</summary>
    internal string Times(string x, double number) => Times(x, Number(number));

    /// <summary>Kept between two numbers.</summary>
    internal string Clip(string x, double least, double most) => Add("Clip", [x, Number(least), Number(most)]);

    /// <summary>The sum along axes.</summary>
    internal string Sum(string x, bool keep, params IReadOnlyList<long> axes) => Add("ReduceSum", [x, Whole(axes)], ("keepdims", keep ? 1L : 0L));

    /// <summary>The mean along axes.</summary>
    internal string Mean(string x, bool keep, params long[] axes) => Add("ReduceMean", [x], ("axes", axes), ("keepdims", keep ? 1L : 0L));

    /// <summary>An activation; one of single elements is computed before a turn of axes.</summary>
    internal string Activate(Activation activation, string x, Shape shape) =>
        activation is AxisActivation ? activation.WriteOnnx(this, x, shape) : Each(x, value => activation.WriteOnnx(this, value, shape));

    /// <summary>The tensor as float32.</summary>
    internal string Float(OnnxValue x) => x.Spec.Type == DataType.Float32 ? x.Name : Cast(x.Name, DataType.Float32);

    /// <summary>The tensor as another type.</summary>
    internal string Cast(string x, DataType type) => Add("Cast", [x], ("to", (long)OnnxTypes.Of(type)));

    /// <summary>What stands for each element in a dictionary of whole numbers or texts.</summary>
    /// <param name="x">The tensor, int64 or text.</param>
    /// <param name="entries">The dictionary.</param>
    /// <param name="otherwise">What stands for what the dictionary does not have.</param>
    internal string Find<TKey, TValue>(string x, IReadOnlyDictionary<TKey, TValue> entries, TValue otherwise)
        where TKey : notnull
        where TValue : notnull
    {
        static string Kind<T>() => typeof(T) == typeof(string) ? "string" : "int64";
        return Add(
            "LabelEncoder",
            [x],
            ($"keys_{Kind<TKey>()}s", entries.Keys.ToArray()),
            ($"values_{Kind<TValue>()}s", entries.Values.ToArray()),
            ($"default_{Kind<TValue>()}", otherwise));
    }

    /// <summary>The tensor with its axes in another order.</summary>
    internal string Turn(string x, params long[] order)
    {
        if (_turned.TryGetValue(x, out var before))
        {
            long[] joined = [.. order.Select(axis => before.Order[axis])];
            return IsInOrder(joined) ? before.From : Turn(before.From, joined);
        }

        if (IsInOrder(order))
        {
            return x;
        }

        var turned = Add("Transpose", [x], ("perm", order));
        _turned[turned] = (x, order);
        return turned;
    }

    /// <summary>A function of single elements; one of a turned tensor is computed before the turn.</summary>
    internal string Each(string x, Func<string, string> function) => Each([x], values => function(values[0]));

    /// <summary>A function of single elements of several tensors of one shape.</summary>
    internal string Each(IReadOnlyList<string> values, Func<IReadOnlyList<string>, string> function)
    {
        if (!_turned.TryGetValue(values[0], out var first)
            || !values.All(value => _turned.TryGetValue(value, out var other) && other.Order.AsSpan().SequenceEqual(first.Order)))
        {
            return function(values);
        }

        return Turn(function([.. values.Select(value => _turned[value].From)]), first.Order);
    }

    /// <summary>The tensor in another shape; 0 keeps the axis at that place, and one -1 is what is left.</summary>
    internal string Reshape(string x, params IReadOnlyList<long> shape) => Add("Reshape", [x, Whole(shape)]);

    /// <summary>The lengths of its axes, as a tensor.</summary>
    internal string ShapeOf(string x) => Add("Shape", [x]);

    /// <summary>The lengths of neighbouring axes, as a tensor.</summary>
    internal string ShapeOf(string x, long start, long end) => Add("Shape", [x], ("start", start), ("end", end));

    /// <summary>With new axes of length 1 at these places.</summary>
    internal string Unsqueeze(string x, params IReadOnlyList<long> axes) => axes.Count == 0 ? x : Add("Unsqueeze", [x, Whole(axes)]);

    /// <summary>Without axes of length 1.</summary>
    internal string Squeeze(string x, params IReadOnlyList<long> axes) => axes.Count == 0 ? x : Add("Squeeze", [x, Whole(axes)]);

    /// <summary>The part of an axis from a place to before another.</summary>
    internal string Slice(string x, int axis, long start, long end, long step = 1) =>
        Add("Slice", [x, Whole(start), Whole(end), Whole(axis), Whole(step)]);

    /// <summary>Backwards along an axis.</summary>
    internal string Flip(string x, int axis) => Slice(x, axis, -1, long.MinValue, -1);

    private static bool IsInOrder(long[] order) => order.Index().All(axis => axis.Index == axis.Item);

    private string Fresh(string name)
    {
        var number = _numbers.GetValueOrDefault(name);
        _numbers[name] = number + 1;
        return number == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
    }
}
