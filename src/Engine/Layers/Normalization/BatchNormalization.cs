using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Normalization;

/// <summary>
/// Normalizes each channel over the batch: <c>gamma · (x − mean) / √(variance + epsilon) + beta</c>. In training mean and variance are
/// the batch's, otherwise their moving averages.
/// </summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Weights: <c>gamma</c>, <c>beta</c>, and the averages <c>moving_mean</c> and <c>moving_variance</c>, which are not learned; all
/// <c>[channels]</c>. An average becomes <c>momentum · average + (1 − momentum) · value</c>, with the biased variance. With
/// <c>renorm</c> there are <c>moving_stddev</c>, <c>renorm_mean</c> and <c>renorm_stddev</c> too.
/// Masks: positions that do not count are left out of mean and variance.
/// A layer that is frozen (<c>trainable: false</c>) predicts, even in training.
/// Errors: the number of channels must be known.
/// Source: Keras 3, <c>keras.layers.BatchNormalization</c>. Ioffe and Szegedy (2015); with <c>renorm</c>, Ioffe (2017).
/// </remarks>
/// <example>BatchNormalization: { momentum: 0.9 }</example>
[KerasName("BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization")]
[RefusedOption("virtual_batch_size", "batches are normalized whole")]
[RefusedOption("adjustment", "it is Python code")]
[IgnoredOption("synchronized")]
public sealed record BatchNormalization : AffineNormalization, IChecked
{
    private const double Tiny = 1e-7; // Keras's own, so that a mask that is nowhere true does no harm

    /// <summary>The axis of the channels; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <summary>How much of a moving average stays in a step.</summary>
    [Between(0, 1)]
    public double Momentum { get; init; } = 0.99;

    /// <summary>
    /// Whether the moving variance of images follows the unbiased variance of a batch: what tf.keras of TensorFlow 1 and 2 did, in
    /// one fused step. Keras 3 has no such option.
    /// </summary>
    [WrittenWhereSet]
    public bool Fused { get; init; }

    /// <summary>What Keras 1 took mean and variance of. Later ones have no such option.</summary>
    [WrittenWhereSet]
    public NormalizationMode Mode { get; init; }

    /// <summary>Makes the start values of the moving mean.</summary>
    public Initializer MovingMeanInitializer { get; init; } = new Zeros();

    /// <summary>Makes the start values of the moving variance.</summary>
    public Initializer MovingVarianceInitializer { get; init; } = new Ones();

    /// <summary>Whether training corrects what a batch is normalized with by slower averages, so that small batches do less harm.</summary>
    public bool Renorm { get; init; }

    /// <summary>How far that correction goes: the scale is at least <c>rmin</c> and at most <c>rmax</c>, the offset at most <c>dmax</c> either way.</summary>
    public IReadOnlyDictionary<string, double>? RenormClipping { get; init; }

    /// <summary>How much of the averages that correct stays in a step.</summary>
    [Between(0, 1)]
    public double RenormMomentum { get; init; } = 0.99;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        var limits = RenormClipping ?? new Dictionary<string, double>();
        if (limits.Keys.FirstOrDefault(key => key is not ("rmin" or "rmax" or "dmax")) is { } other)
        {
            yield return new OptionMistake("renorm_clipping", $"There is no limit '{other}'.", "rmin, rmax or dmax");
        }

        if (limits.TryGetValue("rmin", out var least) && limits.TryGetValue("rmax", out var most) && least > most)
        {
            yield return new OptionMistake("renorm_clipping", "rmin is greater than rmax.", "an rmin that is at most rmax");
        }

        if (limits.TryGetValue("dmax", out var far) && far < 0)
        {
            yield return new OptionMistake("renorm_clipping", "dmax is negative.", "a number of at least 0");
        }
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        input.NeedRank(2).NeedAxis(input.NeedIndex(Axis), "the number of channels");
        if (Mode == NormalizationMode.Example && input.NeedIndex(Axis) != input.Rank - 1)
        {
            throw new ShapeException("normalizes each example (mode 1) along the last axis only");
        }

        return new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new Module(this, input.NeedIndex(Axis), input.Shape[Axis]!.Value, context);

    private sealed class Module : AffineModule
    {
        private readonly BatchNormalization _layer;
        private readonly int _axis;
        private readonly long _channels;
        private readonly Weight _mean;
        private readonly Weight _variance;
        private readonly BatchRenormalization? _renorm;

        internal Module(BatchNormalization layer, int axis, long channels, BuildContext context)
            : base(layer, [channels], context)
        {
            (_layer, _axis, _channels) = (layer, axis, channels);
            _mean = Own(context.Weight("moving_mean", [channels], layer.MovingMeanInitializer, learned: false));
            _variance = Own(context.Weight("moving_variance", [channels], layer.MovingVarianceInitializer, learned: false));
            _renorm = !layer.Renorm ? null : new BatchRenormalization(
                layer,
                Own(context.Weight("moving_stddev", [channels], new BatchRenormalization.Root(layer.MovingVarianceInitializer), learned: false)),
                Own(context.Weight("renorm_mean", [channels], layer.MovingMeanInitializer, learned: false)),
                Own(context.Weight("renorm_stddev", [channels], new BatchRenormalization.Root(layer.MovingVarianceInitializer), learned: false)));
        }

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            if (_layer.Mode != NormalizationMode.Averages)
            {
                throw onnx.Refuse("it normalizes in a mode of Keras 1");
            }

            var rank = x.Spec.Rank;
            long[] order = [0, _axis, .. Enumerable.Range(1, rank - 1).Where(axis => axis != _axis).Select(axis => (long)axis)];
            var y = onnx.Add(
                "BatchNormalization",
                [
                    onnx.Turn(onnx.Float(x), order),
                    onnx.Fixed("gamma", Gamma ?? ones(_channels)),
                    onnx.Fixed("beta", Beta ?? zeros(_channels)),
                    onnx.Weight(_mean),
                    onnx.Weight(_variance),
                ],
                ("epsilon", (float)_layer.Epsilon));
            return onnx.Turn(y, [.. order.Select((_, axis) => (long)Array.IndexOf(order, axis))]);
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            x = call.Cast(x);
            return _layer.Mode == NormalizationMode.Example ? OfEachExample(x)
                : _layer.Mode == NormalizationMode.Batch && (!call.Training || Frozen) ? OfTheBatch(x)
                : !call.Training || Frozen ? Predict(x)
                : mask is null && _renorm is null ? Train(x)
                : TrainStepByStep(x, mask is null ? null : Mask.Over(mask, x));
        }

        private Tensor Predict(Tensor x)
        {
            // Backward needs the averages as they are now; another call of the layer may move them before that.
            var (mean, variance) = is_grad_enabled() ? (_mean.Value.clone(), _variance.Value.clone()) : (_mean.Value, _variance.Value);
            return Behind(nn.functional.batch_norm(Ahead(x), mean, variance, Gamma, Beta, training: false, 0, _layer.Epsilon), x);
        }

        /// <summary>Along the last axis alone, whatever <c>axis</c> says; <c>epsilon</c> is added twice.</summary>
        private Tensor OfEachExample(Tensor x)
        {
            var centered = x - x.mean([-1], keepdim: true);
            var y = centered / ((centered.square().mean([-1], keepdim: true) + _layer.Epsilon).sqrt() + _layer.Epsilon);
            y = Gamma is null ? y : y * Gamma;
            return Beta is null ? y : y + Beta;
        }

        private Tensor OfTheBatch(Tensor x) => Behind(nn.functional.batch_norm(Ahead(x), null, null, Gamma, Beta, training: true, 1, _layer.Epsilon), x);

        private Tensor Train(Tensor x)
        {
            // With a momentum of 1, libtorch's averages become the batch's mean and its unbiased variance.
            var (mean, variance) = (zeros(_channels), zeros(_channels));
            var y = Behind(nn.functional.batch_norm(Ahead(x), mean, variance, Gamma, Beta, training: true, 1, _layer.Epsilon), x);
            var count = x.numel() / _channels;
            var unbiased = _layer.Fused && x.dim() == 4;
            Average(mean, count == 1 ? zeros(_channels) : unbiased ? variance : variance * ((count - 1.0) / count));
            return y;
        }

        private Tensor TrainStepByStep(Tensor x, Tensor? counts)
        {
            var (mean, variance, centered) = Moments(x.to_type(ScalarType.Float32), counts);
            var scale = (variance + _layer.Epsilon).rsqrt();
            Tensor y;
            if (_renorm is null)
            {
                Average(mean.detach().flatten(), variance.detach().flatten());
                y = centered * (Gamma is null ? scale : scale * Gamma.view(mean.shape));
            }
            else
            {
                var (times, plus) = _renorm.Correct(mean.detach().flatten(), variance.detach().flatten(), _mean, _variance);
                y = (centered * (scale * times.view(mean.shape))) + plus.view(mean.shape);
                y = Gamma is null ? y : y * Gamma.view(mean.shape);
            }

            return (Beta is null ? y : y + Beta.view(mean.shape)).to_type(x.dtype);
        }

        /// <summary>Mean and biased variance of each channel, <c>[1, …, channels, …]</c>, and how far each value is from the mean.</summary>
        private (Tensor Mean, Tensor Variance, Tensor Centered) Moments(Tensor x, Tensor? counts)
        {
            var others = Enumerable.Range(0, (int)x.dim()).Where(axis => axis != _axis).Select(axis => (long)axis).ToArray();
            if (counts is null)
            {
                var center = x.mean(others, keepdim: true);
                return (center, (x - center).square().mean(others, keepdim: true), x - center);
            }

            var ignored = counts.logical_not();
            var total = counts.expand_as(x).sum(others, keepdim: true, type: ScalarType.Float32) + Tiny;
            var mean = x.masked_fill(ignored, 0).sum(others, keepdim: true) / total;
            return (mean, (x - mean).masked_fill(ignored, 0).square().sum(others, keepdim: true) / total, x - mean);
        }

        private void Average(Tensor mean, Tensor variance)
        {
            using var _ = no_grad();
            var part = 1 - _layer.Momentum;
            _mean.Value.mul_(_layer.Momentum).add_(mean, part);
            _variance.Value.mul_(_layer.Momentum).add_(variance, part);
        }

        /// <summary>The view for libtorch, with the channels second; where they are last, all before them is one long batch.</summary>
        private Tensor Ahead(Tensor x) => IsLast(x) ? x.reshape(-1, _channels) : x.movedim([_axis], [1]);

        /// <summary>Undoes <see cref="Ahead"/>.</summary>
        private Tensor Behind(Tensor y, Tensor x) => IsLast(x) ? y.view(x.shape) : y.movedim([1], [_axis]);

        private bool IsLast(Tensor x) => _axis == x.dim() - 1;
    }
}

/// <summary>What a BatchNormalization of Keras 1 took mean and variance of.</summary>
public enum NormalizationMode
{
    /// <summary>The batch in training, else the moving averages.</summary>
    [KerasName("0")]
    Averages,

    /// <summary>Each example, along its last axis.</summary>
    [KerasName("1")]
    Example,

    /// <summary>The batch, in training or not.</summary>
    [KerasName("2")]
    Batch,
}
