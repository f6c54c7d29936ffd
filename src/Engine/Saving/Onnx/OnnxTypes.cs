using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Saving.Onnx;

/// <summary>The numbers of ONNX's types of elements.</summary>
internal static class OnnxTypes
{
    /// <summary>The number of a type.</summary>
    internal static int Of(DataType type) => type switch
    {
        DataType.Float32 => 1,
        DataType.UInt8 => 2,
        DataType.Int8 => 3,
        DataType.Int16 => 5,
        DataType.Int32 => 6,
        DataType.Int64 => 7,
        DataType.String => 8,
        DataType.Bool => 9,
        DataType.Float16 => 10,
        DataType.Float64 => 11,
        DataType.BFloat16 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "ONNX has no such type."),
    };
}
