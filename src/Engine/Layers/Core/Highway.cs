using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>
/// A layer of old models: <c>gate · activation(x·W + b) + (1 − gate) · x</c> with <c>gate = sigmoid(x·W_carry + b_carry)</c>.
/// </summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, features]</c>.
/// Weights: <c>W</c> and <c>W_carry</c>, <c>[features, features]</c>, then <c>b</c> and <c>b_carry</c>, <c>[features]</c>.
/// Errors: an input of another rank than 2.
/// Source: Keras 1, <c>keras.layers.Highway</c>; Srivastava, Greff and Schmidhuber (2015).
/// </remarks>
/// <example>Highway: { activation: relu }</example>
[KerasName("Highway")]
[IgnoredOption("input_dim")]
[IgnoredOption("transform_bias")]
[RefusedOption("weights", "weights come from files")]
public sealed record Highway : UnaryLayer
{
    /// <summary>Makes the start values of the kernels.</summary>
    [KerasName("init", "kernel_initializer")]
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Applied to what is not carried over.</summary>
    public Activation Activation { get; init; } = Activation.Linear;

    /// <summary>Penalty on the kernel.</summary>
    [KerasName("W_regularizer", "kernel_regularizer")]
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Penalty on the offset.</summary>
    [KerasName("b_regularizer", "bias_regularizer")]
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Penalty on the output.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>Rule that the kernel obeys after every step.</summary>
    [KerasName("W_constraint", "kernel_constraint")]
    public Constraint? KernelConstraint { get; init; }

    /// <summary>Rule that the offset obeys after every step.</summary>
    [KerasName("b_constraint", "bias_constraint")]
    public Constraint? BiasConstraint { get; init; }

    /// <summary>Whether there are learned offsets.</summary>
    [KerasName("bias", "use_bias")]
    public bool UseBias { get; init; } = true;

    /// <inheritdoc/>
    protected override Regularizer? OutputPenalty => ActivityRegularizer;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        input.NeedExactRank(2).NeedAxis(-1, "the number of features");
        return new Spec(Activation.OutputShape(input.Shape));
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        var features = input.Shape.Last!.Value;
        return new Module(
            Activation,
            context.Weight("W", [features, features], KernelInitializer, KernelRegularizer, KernelConstraint),
            context.Weight("W_carry", [features, features], KernelInitializer),
            UseBias ? context.Weight("b", [features], new Zeros(), BiasRegularizer, BiasConstraint) : null,
            UseBias ? context.Weight("b_carry", [features], new Ones()) : null);
    }

    private sealed class Module : UnaryModule
    {
        private readonly Activation _activation;
        private readonly Weight _kernel;
        private readonly Weight _gateKernel;
        private readonly Weight? _bias;
        private readonly Weight? _gateBias;

        internal Module(Activation activation, Weight kernel, Weight gateKernel, Weight? bias, Weight? gateBias)
        {
            _activation = activation;
            _kernel = Own(kernel);
            _gateKernel = Own(gateKernel);
            _bias = bias is null ? null : Own(bias);
            _gateBias = gateBias is null ? null : Own(gateBias);
        }

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var input = onnx.Float(x);
            var gate = onnx.Add("Sigmoid", [Product(_gateKernel, _gateBias)]);
            var y = _activation.WriteOnnx(onnx, Product(_kernel, _bias), x.Spec.Shape);
            return onnx.Plus(input, onnx.Times(gate, onnx.Add("Sub", [y, input])));

            string Product(Weight kernel, Weight? bias) => onnx.Add("Gemm", [input, onnx.Weight(kernel), .. bias is null ? [] : new[] { onnx.Weight(bias) }]);
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            x = call.Cast(x);
            var gate = Product(x, _gateKernel, _gateBias, call).sigmoid();
            return x.lerp(_activation.Apply(Product(x, _kernel, _bias, call)), gate);
        }

        private static Tensor Product(Tensor x, Weight kernel, Weight? bias, Call call)
        {
            var y = x.matmul(call.Cast(kernel.Value));
            return bias is null ? y : y + call.Cast(bias.Value);
        }
    }
}
