using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Operations;

/// <summary>An argument of an operation: an input of the call, or something that stands in the file.</summary>
internal abstract record Operand
{
    /// <summary>An input of the call.</summary>
    internal sealed record Input(int Index) : Operand;

    /// <summary>Several arguments in a list.</summary>
    internal sealed record Several(IReadOnlyList<Operand> Items) : Operand;

    /// <summary>A number.</summary>
    internal sealed record Number(double Value, bool IsWhole) : Operand;

    /// <summary>An array: numbers that have a type.</summary>
    /// <param name="Values">The numbers, in lists of lists.</param>
    /// <param name="Type">What they are.</param>
    /// <param name="IsTensor">Whether Keras held them as its own tensor, and not as numpy's array.</param>
    internal sealed record Fixed(Operand Values, DataType Type, bool IsTensor = false) : Operand;

    /// <summary>True or false.</summary>
    internal sealed record Flag(bool Value) : Operand;

    /// <summary>A text.</summary>
    internal sealed record Text(string Value) : Operand;

    /// <summary>Python's <c>None</c>.</summary>
    internal sealed record None : Operand;

    /// <summary>Python's <c>...</c>.</summary>
    internal sealed record Ellipsis : Operand;

    /// <summary>Python's <c>start:stop:step</c>.</summary>
    internal sealed record Slice(long? Start, long? Stop, long? Step) : Operand;
}

/// <summary>The arguments of an operation's call.</summary>
/// <param name="Positional">Those without a name.</param>
/// <param name="Named">Those with a name.</param>
internal sealed record Operands(IReadOnlyList<Operand> Positional, IReadOnlyList<KeyValuePair<string, Operand>> Named);

/// <summary>The arguments of a call together with what its inputs are.</summary>
/// <typeparam name="T">What is known of an input: its shape and type, or the tensor itself.</typeparam>
/// <param name="operation">The operation.</param>
/// <param name="operands">The arguments.</param>
/// <param name="inputs">The inputs.</param>
internal sealed class Given<T>(Operation operation, Operands operands, IReadOnlyList<T> inputs)
{
    /// <summary>An argument; null where the call does not say it.</summary>
    internal Operand? this[string name]
    {
        get
        {
            foreach (var (given, operand) in operands.Named)
            {
                if (given == name)
                {
                    return operand is Operand.None ? null : operand;
                }
            }

            var place = Array.IndexOf(operation.Parameters, name);
            return place >= 0 && place < operands.Positional.Count && operands.Positional[place] is not Operand.None ? operands.Positional[place] : null;
        }
    }

    /// <summary>The inputs.</summary>
    internal IReadOnlyList<T> Inputs => inputs;

    /// <summary>An argument that must be a tensor.</summary>
    internal T Tensor(string name) => this[name] is Operand.Input input ? inputs[input.Index] : throw operation.Misuse($"needs a tensor as '{name}'");

    /// <summary>An argument that must be a list of tensors.</summary>
    internal IReadOnlyList<T> Tensors(string name) => this[name] switch
    {
        Operand.Several { Items: var items } when items.All(item => item is Operand.Input) => [.. items.Cast<Operand.Input>().Select(input => inputs[input.Index])],
        Operand.Input input => [inputs[input.Index]],
        _ => throw operation.Misuse($"needs a list of tensors as '{name}'"),
    };

    /// <summary>An argument that must be a list of whole numbers, or one.</summary>
    internal long[] Whole(string name) => (this[name] is Operand.Fixed array ? array.Values : this[name]) switch
    {
        Operand.Number { IsWhole: true, Value: var one } => [(long)one],
        Operand.Several { Items: var items } when items.All(item => item is Operand.Number { IsWhole: true }) => [.. items.Select(item => (long)((Operand.Number)item).Value)],
        _ => throw operation.Misuse($"needs whole numbers as '{name}'"),
    };
}
