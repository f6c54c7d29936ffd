using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>A layer that changes images. It computes with the channels second, wherever they stand.</summary>
[RefusedOption("bounding_box_format", "a layer here sees images, not the boxes in them")]
public abstract record ImageLayer : SpatialLayer, IChecked
{
    /// <summary>Whether images are left as they are when the model is not trained.</summary>
    private protected virtual bool InTrainingOnly => false;

    /// <summary>Whether images of whole numbers come out as whole numbers of the same type.</summary>
    private protected virtual bool KeepsWholeNumbers => false;

    /// <inheritdoc/>
    public virtual IEnumerable<OptionMistake> FindMistakes() => [];

    /// <summary>Changes images.</summary>
    /// <param name="images">float32, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="draws">Where random numbers come from.</param>
    internal abstract Tensor Change(Tensor images, ImageDraws draws);

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        input.NeedExactRank(4);
        return KeepsWholeNumbers && !input.Type.IsFloat() ? input : new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context) => new Module(this);

    /// <summary>Says in ONNX how images are changed.</summary>
    /// <param name="onnx">The graph.</param>
    /// <param name="images">float32, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="shape">Their shape, in that order.</param>
    private protected virtual string ChangeOnnx(OnnxGraph onnx, string images, Shape shape) =>
        throw onnx.Refuse($"{Catalog.NameOf(GetType())} has no operators there");

    private string WriteChange(OnnxGraph onnx, OnnxValue x)
    {
        var shape = x.Spec.Shape;
        var ahead = DataFormat is Channels.First ? shape : new Shape(shape[0], shape[3], shape[1], shape[2]);
        var y = OnnxSpace.Out(onnx, ChangeOnnx(onnx, OnnxSpace.In(onnx, onnx.Float(x), DataFormat, 2), ahead), DataFormat, rank: 2);
        if (!KeepsWholeNumbers || x.Spec.Type.IsFloat())
        {
            return y;
        }

        var (least, greatest) = Limits(x.Spec.Type);
        return onnx.Cast(onnx.Clip(onnx.Add("Round", [y]), least, greatest), x.Spec.Type);
    }

    private Tensor Compute(Tensor x, Call call)
    {
        var whole = KeepsWholeNumbers && !x.is_floating_point();
        if (InTrainingOnly && !call.Training)
        {
            return call.Cast(x);
        }

        var draws = new ImageDraws(KeyOf(call), x.shape[0]);
        var y = Space.Out(Change(Space.In(x.to_type(ScalarType.Float32), DataFormat), draws), DataFormat, rank: 2);
        return whole ? Whole(y, x.dtype) : call.Cast(y);
    }

    /// <summary>The shape with the height and the width of images that are made to be of one size.</summary>
    private protected Spec WithSize(Spec input, int height, int width)
    {
        var first = Space.FirstAxis(DataFormat);
        return input.With(input.Shape.With(first, height).With(first + 1, width));
    }

    /// <summary>Makes sure that images have the three channels of colors, or the one of gray where that is allowed.</summary>
    private protected void NeedColors(Spec input, bool orGray)
    {
        var channels = input.NeedExactRank(4).Shape[Space.ChannelAxis(DataFormat)];
        if (channels is not (null or 3) && !(orGray && channels == 1))
        {
            throw new ShapeException($"takes images of 3 channels{(orGray ? ", or of 1" : "")}, but its input is {input}");
        }
    }

    /// <summary>Where the random numbers of a call come from.</summary>
    private protected virtual RandomKey KeyOf(Call call) => call.Key;

    private static (int Least, int Greatest) Limits(DataType type) => type switch
    {
        DataType.UInt8 => (0, 255),
        DataType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        DataType.Int16 => (short.MinValue, short.MaxValue),
        _ => (int.MinValue, int.MaxValue),
    };

    private static Tensor Whole(Tensor y, ScalarType type)
    {
        var (least, greatest) = Limits(DataTypes.FromTorch(type));
        return y.to_type(ScalarType.Float64).round().clamp(least, greatest).to_type(type);
    }

    private sealed class Module(ImageLayer layer) : UnaryModule
    {
        /// <summary>Out of training, images keep the size they have, whatever size a layer that cuts or stretches declares.</summary>
        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x) => layer.InTrainingOnly
            ? new OnnxOutput(onnx.Float(x), Spec: new Spec(x.Spec.Shape))
            : layer.WriteChange(onnx, x);

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call) => layer.Compute(x, call);
    }
}

/// <summary>A layer that changes images at random, in training only.</summary>
public abstract record ImageAugmentation : ImageLayer, IDrawsAtRandom
{
    /// <summary>Makes the draws others; null is the run's seed alone.</summary>
    public long? Seed { get; init; }

    /// <inheritdoc/>
    private protected override bool InTrainingOnly => true;

    /// <inheritdoc/>
    private protected sealed override RandomKey KeyOf(Call call) => Seed is { } seed ? call.Key.Derive(seed) : call.Key;
}
