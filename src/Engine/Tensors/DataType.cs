using ExperimentRunner.Engine.Definitions;
using TorchSharp;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>What the elements of a tensor are, by Keras's names.</summary>
public enum DataType
{
    /// <summary>32-bit floating point: the default.</summary>
    Float32,

    /// <summary>64-bit floating point.</summary>
    Float64,

    /// <summary>16-bit floating point.</summary>
    Float16,

    /// <summary>16-bit floating point with the range of float32.</summary>
    [KerasName("bfloat16")]
    BFloat16,

    /// <summary>Unsigned 8-bit integer.</summary>
    [KerasName("uint8")]
    UInt8,

    /// <summary>8-bit integer.</summary>
    Int8,

    /// <summary>16-bit integer.</summary>
    Int16,

    /// <summary>32-bit integer.</summary>
    Int32,

    /// <summary>64-bit integer.</summary>
    Int64,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>Text; lives on the host only, never in libtorch.</summary>
    String,
}

/// <summary>What libtorch calls the data types.</summary>
public static class DataTypes
{
    /// <summary>Whether numbers of this type have a fraction.</summary>
    public static bool IsFloat(this DataType type) => type is DataType.Float32 or DataType.Float64 or DataType.Float16 or DataType.BFloat16;

    /// <summary>Keras's name for a type: <c>float32</c>.</summary>
    public static string NameOf(DataType type) => type.ToString().ToLowerInvariant();

    /// <summary>The type by libtorch's name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Keras has no such type.</exception>
    public static DataType FromTorch(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Float32 => DataType.Float32,
        torch.ScalarType.Float64 => DataType.Float64,
        torch.ScalarType.Float16 => DataType.Float16,
        torch.ScalarType.BFloat16 => DataType.BFloat16,
        torch.ScalarType.Byte => DataType.UInt8,
        torch.ScalarType.Int8 => DataType.Int8,
        torch.ScalarType.Int16 => DataType.Int16,
        torch.ScalarType.Int32 => DataType.Int32,
        torch.ScalarType.Int64 => DataType.Int64,
        torch.ScalarType.Bool => DataType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Keras has no such type."),
    };

    /// <summary>libtorch's name for a type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">libtorch has no tensors of text.</exception>
    public static torch.ScalarType ToTorch(this DataType type) => type switch
    {
        DataType.Float32 => torch.ScalarType.Float32,
        DataType.Float64 => torch.ScalarType.Float64,
        DataType.Float16 => torch.ScalarType.Float16,
        DataType.BFloat16 => torch.ScalarType.BFloat16,
        DataType.UInt8 => torch.ScalarType.Byte,
        DataType.Int8 => torch.ScalarType.Int8,
        DataType.Int16 => torch.ScalarType.Int16,
        DataType.Int32 => torch.ScalarType.Int32,
        DataType.Int64 => torch.ScalarType.Int64,
        DataType.Bool => torch.ScalarType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "libtorch has no such tensors."),
    };
}
