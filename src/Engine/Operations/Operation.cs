using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>A function of <c>keras.ops</c> that a model of a file calls between its layers, such as the sum in <c>x + y</c>.</summary>
internal abstract record Operation
{
    /// <summary>The name under which the model knows it.</summary>
    public string? Name { get; init; }

    /// <summary>What Keras calls the arguments, in order.</summary>
    internal abstract string[] Parameters { get; }

    /// <summary>The shapes and types of what comes out.</summary>
    /// <exception cref="ShapeException">The arguments do not fit.</exception>
    internal abstract IReadOnlyList<Spec> Infer(Given<Spec> given);

    /// <summary>Computes what comes out.</summary>
    internal abstract IReadOnlyList<Tensor> Compute(Given<Tensor> given);

    /// <summary>Says it in ONNX.</summary>
    internal virtual string WriteOnnx(OnnxGraph onnx, Given<OnnxValue> given) => throw onnx.Refuse($"the operation {Catalog.NameOf(GetType())} has no operators there");

    /// <summary>What to throw when it is called in a way that cannot be.</summary>
    internal ShapeException Misuse(string problem) => new($"'{Name}' {problem}");
}

/// <summary>One call of an operation, in the place of a layer.</summary>
internal sealed record OperationLayer : Layer
{
    /// <summary>The operation.</summary>
    [NotAnOption]
    public required Operation Operation { get; init; }

    /// <summary>Its arguments.</summary>
    [NotAnOption]
    public required Operands Operands { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call) => Operation.Infer(new Given<Spec>(Operation, Operands, inputs));

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) => new Module(Operation, Operands);

    private sealed class Module(Operation operation, Operands operands) : LayerModule
    {
        internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options) =>
            [operation.WriteOnnx(onnx, new Given<OnnxValue>(operation, operands, inputs))];

        protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call) =>
            operation.Compute(new Given<Tensor>(operation, operands, inputs));
    }
}
