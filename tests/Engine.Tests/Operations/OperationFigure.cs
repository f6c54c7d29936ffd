using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Operations;
using ExperimentRunner.Engine.Saving.Keras;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Operations;

/// <summary>Numbers with a shape, known without libtorch.</summary>
internal sealed record Numbers(long[] Shape, params double[] Values)
{
    /// <summary>The row of some numbers.</summary>
    internal static Numbers Row(params double[] values) => new([values.Length], values);

    /// <summary>One number.</summary>
    internal static Numbers One(double value) => new([], value);

    /// <summary>Rows that are alike in length.</summary>
    internal static Numbers Rows(params double[][] rows) => new([rows.Length, rows[0].Length], [.. rows.SelectMany(row => row)]);

    /// <summary>The numbers, each changed.</summary>
    internal Numbers Each(Func<double, double> change) => new(Shape, [.. Values.Select(change)]);

    /// <summary>The rows of a matrix.</summary>
    internal double[][] ToRows() => [.. Values.Chunk((int)Shape[^1])];

    internal Tensor ToTensor(ScalarType type) => tensor(Values, Shape).to_type(type);
}

/// <summary>What an operation must make of its arguments, found another way.</summary>
/// <param name="Name">The operation's class.</param>
/// <param name="Config">Its options, as Keras saves them.</param>
/// <param name="Arguments">Those of the call: <see cref="Numbers"/> are tensors, numbers stand in the file.</param>
/// <param name="Results">What comes out.</param>
internal sealed record OperationFigure(string Name, string Config, object?[] Arguments, params Numbers[] Results)
{
    /// <summary>The type of the tensors that go in.</summary>
    internal ScalarType Type { get; init; } = ScalarType.Float32;

    /// <summary>The names of arguments that are not given by their place, from the end.</summary>
    internal string[] Named { get; init; } = [];

    /// <summary>Whether the values alone tell how long the last axis of the result is.</summary>
    internal bool LengthByValues { get; init; }

    /// <summary>The operation, read from Keras's JSON.</summary>
    internal Operation Read() => Read(new JsonObject
    {
        ["module"] = "keras.src.ops.numpy",
        ["class_name"] = Name,
        ["config"] = JsonNode.Parse(Config),
    });

    internal static Operation Read(JsonObject json) => LayerReader.ReadOperation(json, SourceSpan.Nowhere);

    /// <summary>The tensors that go in, in order.</summary>
    internal List<Tensor> Inputs() => [.. Arguments.SelectMany(argument => argument is Numbers one ? [one] : argument as Numbers[] ?? []).Select(numbers => numbers.ToTensor(Type))];

    /// <summary>The arguments of the call.</summary>
    internal Operands Operands()
    {
        var next = 0;
        var all = Arguments.Select(Operand).ToList();
        var places = all.Count - Named.Length;
        return new Operands(all[..places], [.. Named.Zip(all[places..], (name, operand) => new KeyValuePair<string, Operand>(name, operand))]);

        Operand Operand(object? argument) => argument switch
        {
            null => new Operand.None(),
            Numbers => new Operand.Input(next++),
            Numbers[] several => new Operand.Several([.. several.Select(_ => new Operand.Input(next++))]),
            int whole => new Operand.Number(whole, IsWhole: true),
            double number => new Operand.Number(number, IsWhole: false),
            double[] array => new Operand.Fixed(new Operand.Several([.. array.Select(number => new Operand.Number(number, IsWhole: false))]), DataType.Float32),
            int[] list => new Operand.Several([.. list.Select(whole => new Operand.Number(whole, IsWhole: true))]),
            Operand operand => operand,
            _ => throw new InvalidOperationException($"{Name} is given a {argument.GetType()}."),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Config}");
}
