using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>Arguments that stand in the file in the place of tensors.</summary>
internal static class Constants
{
    /// <summary>Whether an argument is a number, a list of them, or an array.</summary>
    internal static bool IsConstant(Operand? operand) =>
        operand is Operand.Number or Operand.Flag or Operand.Fixed || (operand is Operand.Several { Items: { Count: > 0 } items } && items.All(IsConstant));

    /// <summary>Shape and type of a constant.</summary>
    internal static Spec SpecOf(Operand operand)
    {
        if (operand is Operand.Fixed array)
        {
            return SpecOf(array.Values) with { Type = array.Type };
        }

        var axes = new List<long?>();
        var first = operand;
        for (; first is Operand.Several list; first = list.Items[0])
        {
            axes.Add(list.Items.Count);
        }

        var numbers = Flat(operand).ToList();
        return new Spec(
            new Shape(axes),
            first is Operand.Flag ? DataType.Bool : numbers.TrueForAll(number => number is not Operand.Number { IsWhole: false }) ? DataType.Int32 : DataType.Float32);
    }

    /// <summary>The tensor of a constant.</summary>
    internal static Tensor TensorOf(Operand operand)
    {
        var spec = SpecOf(operand);
        var values = Flat(operand).Select(item => item is Operand.Number number ? number.Value : ((Operand.Flag)item).Value ? 1 : 0).ToArray();
        return tensor(values, spec.Shape.Known()).to_type(spec.Type.ToTorch());
    }

    /// <summary>Shape and type of an argument that is a tensor or stands in the file.</summary>
    internal static Spec SpecOf(Given<Spec> given, string name) => IsConstant(given[name]) ? SpecOf(given[name]!) : given.Tensor(name);

    /// <summary>The tensor of an argument that is one or stands in the file.</summary>
    internal static Tensor TensorOf(Given<Tensor> given, string name) => IsConstant(given[name]) ? TensorOf(given[name]!) : given.Tensor(name);

    /// <summary>The tensor of an argument that may be left out.</summary>
    internal static Tensor? MaybeTensorOf(Given<Tensor> given, string name) => given[name] is null ? null : TensorOf(given, name);

    /// <summary>The one number that an argument is, or what stands for it.</summary>
    internal static double NumberOf<T>(Given<T> given, string name, double otherwise) => given[name] is Operand.Number { Value: var value } ? value : otherwise;

    private static IEnumerable<Operand> Flat(Operand operand) => operand switch
    {
        Operand.Several list => list.Items.SelectMany(Flat),
        Operand.Fixed array => Flat(array.Values),
        _ => [operand],
    };
}
