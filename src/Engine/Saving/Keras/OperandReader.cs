using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Operations;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Turns the arguments of a saved call of an operation into operands and inputs.</summary>
internal static class OperandReader
{
    /// <summary>The operands, and the tensors that they number.</summary>
    internal static (Operands Operands, IReadOnlyList<TensorKey> Inputs) Read(SavedCall call)
    {
        var inputs = new List<TensorKey>();
        var operands = new Operands(
            [.. call.Positional.Select(argument => AsArray(Read(argument, inputs)))],
            [.. call.Named.Select(pair => new KeyValuePair<string, Operand>(pair.Key, pair.Key == "key" ? Read(pair.Value, inputs) : AsArray(Read(pair.Value, inputs))))]);
        return (operands, inputs);

        // TensorFlow takes lists of numbers for tensors, and Keras 2 wrote its tensors so; Keras 3 has a form for them.
        Operand AsArray(Operand operand) => call.Generation == 2 && operand is Operand.Several && Constants.IsConstant(operand)
            ? new Operand.Fixed(operand, Constants.SpecOf(operand).Type) : operand;
    }

    private static Operand Read(Argument argument, List<TensorKey> inputs)
    {
        switch (argument)
        {
            case Argument.OfTensor tensor:
                inputs.Add(tensor.Key);
                return new Operand.Input(inputs.Count - 1);
            case Argument.OfList list:
                return new Operand.Several([.. list.Items.Select(item => Read(item, inputs))]);
            case Argument.OfValue value:
                return Read(value.Value);
            default:
                throw new FileProblem("An operation of the model is given arguments by name in a list, which none takes.");
        }
    }

    /// <summary>An array; one number is just that.</summary>
    private static Operand ReadArray(JsonObject thing)
    {
        var values = Read(thing.Object("config")?["value"]);
        return !Constants.IsConstant(values) ? throw new FileProblem("An operation of the model is given an array without numbers.")
            : values is not Operand.Several ? values
            : new Operand.Fixed(
                values,
                DtypePolicy.Find(thing.Object("config")!.Text("dtype") ?? "int")?.Compute ?? Constants.SpecOf(values).Type,
                thing.Text("class_name") == "__tensor__");
    }

    private static Operand Read(JsonNode? json)
    {
        switch (json)
        {
            case null:
                return new Operand.None();
            case JsonArray list:
                return new Operand.Several([.. list.Select(Read)]);
            case JsonObject thing:
                return thing.Text("class_name") switch
                {
                    "__ellipsis__" => new Operand.Ellipsis(),
                    "__slice__" => new Operand.Slice(Whole("start"), Whole("stop"), Whole("step")),
                    "__numpy__" or "__tensor__" => ReadArray(thing),
                    var name => throw new FileProblem($"An operation of the model is given a '{name}', which is not known here."),
                };
                long? Whole(string name) => thing.Object("config")?[name].Whole();
            default:
                return json.GetValueKind() switch
                {
                    JsonValueKind.True => new Operand.Flag(true),
                    JsonValueKind.False => new Operand.Flag(false),
                    JsonValueKind.Number => new Operand.Number(json.GetValue<double>(), !json.ToJsonString().AsSpan().ContainsAny('.', 'e', 'E')),
                    _ => new Operand.Text(json.AsText() ?? ""),
                };
        }
    }
}
