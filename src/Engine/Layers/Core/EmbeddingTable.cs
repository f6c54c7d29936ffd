using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>Looks rows of a table up by number. The one place that does.</summary>
internal static class EmbeddingTable
{
    // TorchSharp has no such function. Its backward is deterministic, and four times faster than that of index_select.
    private static readonly TorchScript Program = new("""
        def lookup(table, ids):
          return torch.embedding(table, ids)
        """);

    /// <summary>Says in ONNX the rows of a table at these numbers.</summary>
    internal static string WriteOnnx(OnnxGraph onnx, Weight table, OnnxValue ids) =>
        onnx.Add("Gather", [onnx.Weight(table), ids.Spec.Type is DataType.Int32 or DataType.Int64 ? ids.Name : onnx.Cast(ids.Name, DataType.Int64)]);

    /// <summary>The rows of these numbers.</summary>
    /// <param name="table">The table, <c>[rows, features]</c>.</param>
    /// <param name="ids">Whole numbers of any type and shape.</param>
    /// <returns>A tensor <c>[…, features]</c>.</returns>
    /// <exception cref="InvalidOperationException">A number is below 0, or not below the number of rows.</exception>
    internal static Tensor Rows(Tensor table, Tensor ids)
    {
        var whole = ids.dtype is ScalarType.Int64 or ScalarType.Int32 ? ids : ids.to_type(ScalarType.Int64);
        try
        {
            return (Tensor)Program.Call("lookup", table, whole)!;
        }
        catch (ExternalException) when (whole.numel() > 0 && Outsider(whole, table.shape[0]) is { } outsider)
        {
            throw new InvalidOperationException($"An embedding of {table.shape[0]} rows was asked for row {outsider}.");
        }
    }

    private static long? Outsider(Tensor ids, long rows) => new[] { ids.min(), ids.max() }
        .Select(id => (long?)id.to_type(ScalarType.Int64).item<long>()).FirstOrDefault(id => id < 0 || id >= rows);
}
