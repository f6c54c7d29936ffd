using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>A program in TorchScript: the way to what libtorch has and TorchSharp does not. Compiled once, when first called.</summary>
/// <remarks>
/// The text must be a constant that a test calls: libtorch ends the process when a text does not compile. What goes wrong while
/// it runs is an ordinary exception. Rows of plain operations on tensors (<c>a * b + c</c>) are left to <c>torch._foreach_…</c>:
/// libtorch may make one of them once a function has run a few times, and the last digits of a resumed run must not depend on that.
/// </remarks>
/// <param name="text">The functions, in TorchScript.</param>
internal sealed class TorchScript(string text)
{
    private readonly Lazy<jit.CompilationUnit> _unit = new(() => jit.compile(text + "\n"));

    /// <summary>Calls a function. Arguments are tensors, arrays of tensors, <see cref="double"/>, <see cref="int"/> and <see cref="bool"/>.</summary>
    /// <returns>A tensor, an array of tensors, or null.</returns>
    internal object? Call(string function, params object[] arguments)
    {
        // Numbers are boxed here: the boxes that TorchSharp makes may be collected before libtorch has read them.
        List<Scalar>? boxes = null;
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is double number)
            {
                var box = number.ToScalar();
                (boxes ??= []).Add(box);
                arguments[i] = box;
            }
        }

        try
        {
            return _unit.Value.invoke(function, arguments);
        }
        finally
        {
            boxes?.ForEach(box => box.Dispose());
        }
    }
}
