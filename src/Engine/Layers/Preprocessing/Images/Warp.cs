using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>Takes each pixel of images from another place. Source: SciPy and JAX, <c>ndimage.map_coordinates</c>.</summary>
/// <param name="interpolation">How values between pixels are made up: nearest or bilinear.</param>
/// <param name="fillMode">What stands beyond the borders.</param>
/// <param name="fillValue">The value there, with <see cref="FillMode.Constant"/>.</param>
internal sealed class Warp(Interpolation interpolation, FillMode fillMode, double fillValue)
{
    /// <summary>Takes the pixel at (x, y) from <c>(a·x + b·y + c, d·x + e·y + f) / (g·x + h·y + 1)</c>.</summary>
    /// <param name="images"><c>[batch, channels, height, width]</c>.</param>
    /// <param name="rules">The eight numbers of each image: <c>[batch, 8]</c>.</param>
    internal Tensor Project(Tensor images, Tensor rules)
    {
        var (xs, ys) = (arange(images.shape[3], ScalarType.Float32).view(1, 1, -1), arange(images.shape[2], ScalarType.Float32).view(1, -1, 1));
        var scale = Number(6, 7, ones(1));
        return Take(images, (Number(3, 4, Of(5)) / scale).nan_to_num(), (Number(0, 1, Of(2)) / scale).nan_to_num());

        Tensor Of(int place) => rules.narrow(1, place, 1).view(-1, 1, 1);

        Tensor Number(int ofX, int ofY, Tensor offset) => (Of(ofX) * xs) + (Of(ofY) * ys) + offset; // [batch, height, width]
    }

    /// <summary>Takes pixels by an affine rule: <c>(a·x + b·y + c, d·x + e·y + f)</c>.</summary>
    /// <param name="images"><c>[batch, channels, height, width]</c>.</param>
    /// <param name="rule">The six numbers of an image.</param>
    internal Tensor Affine(Tensor images, Func<int, (double A, double B, double C, double D, double E, double F)> rule)
    {
        var rules = new float[images.shape[0] * 8];
        for (var image = 0; image < images.shape[0]; image++)
        {
            var (a, b, c, d, e, f) = rule(image);
            float[] numbers = [(float)a, (float)b, (float)c, (float)d, (float)e, (float)f, 0, 0];
            numbers.CopyTo(rules, image * 8);
        }

        return Project(images, tensor(rules, [images.shape[0], 8]));
    }

    /// <summary>Takes pixels from places that are given one by one: <c>[batch, height, width]</c>.</summary>
    internal Tensor Take(Tensor images, Tensor ys, Tensor xs)
    {
        if (interpolation == Interpolation.Nearest)
        {
            return Pixels(images, Round(ys), Round(xs));
        }

        var (top, left) = (ys.floor(), xs.floor());
        var (down, right) = ((ys - top).unsqueeze(1), (xs - left).unsqueeze(1));
        var above = Pictures.Blend(Pixels(images, top, left), Pixels(images, top, left + 1), right);
        var below = Pictures.Blend(Pixels(images, top + 1, left), Pixels(images, top + 1, left + 1), right);
        return Pictures.Blend(above, below, down);
    }

    /// <summary>Takes values from places anywhere in a tensor of any rank.</summary>
    /// <param name="values">The tensor.</param>
    /// <param name="places">The place on each axis, all of one shape.</param>
    internal Tensor Take(Tensor values, IReadOnlyList<Tensor> places)
    {
        var nearest = interpolation == Interpolation.Nearest;
        var first = places.Select(place => nearest ? Round(place) : place.floor()).ToArray();
        var sum = zeros(places[0].shape);
        for (var corner = 0; corner < (nearest ? 1 : 1 << places.Count); corner++)
        {
            var (row, part, inside) = (zeros_like(places[0]), ones_like(places[0]), ones_like(places[0], ScalarType.Bool));
            for (var axis = 0; axis < places.Count; axis++)
            {
                var (length, up) = (values.shape[axis], (corner >> axis) & 1);
                var at = first[axis] + up;
                row = (row * length) + Inside(at, length);
                inside &= (at >= 0) & (at < length);
                part = nearest ? part : part * (up == 1 ? places[axis] - first[axis] : 1 - (places[axis] - first[axis]));
            }

            var taken = values.reshape(-1).index_select(0, row.to_type(ScalarType.Int64).reshape(-1)).view(sum.shape);
            sum = sum + (part * (fillMode == FillMode.Constant ? where(inside, taken, tensor((float)fillValue)) : taken));
        }

        return sum;
    }

    /// <summary>The eight numbers that take the corners <paramref name="to"/> to the corners <paramref name="from"/>, image by image.</summary>
    /// <param name="from">x and y of four corners: <c>[batch, 4, 2]</c>.</param>
    /// <param name="to">Where they go, in the same form.</param>
    internal static Tensor Perspective(Tensor from, Tensor to)
    {
        var (x, y, newX, newY) = (Of(from, 0), Of(from, 1), Of(to, 0), Of(to, 1)); // [batch, 4]
        var (none, one) = (zeros_like(x), ones_like(x));
        var ofX = stack([newX, newY, one, none, none, none, -x * newX, -x * newY], -1);
        var ofY = stack([none, none, none, newX, newY, one, -y * newX, -y * newY], -1);
        return linalg.solve(cat([ofX, ofY], 1), cat([x, y], 1).unsqueeze(-1)).squeeze(-1);

        static Tensor Of(Tensor corners, int place) => corners.to_type(ScalarType.Float64).select(-1, place);
    }

    /// <summary>The nearest whole number; halves go away from 0.</summary>
    private static Tensor Round(Tensor places) => places.sign() * (places.abs() + 0.5).floor();

    /// <summary>The pixels at whole places, beyond the borders too: <c>[batch, channels, height, width]</c>.</summary>
    private Tensor Pixels(Tensor images, Tensor ys, Tensor xs)
    {
        var (batch, channels, height, width) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3]);
        var at = (Inside(ys, height) * width) + Inside(xs, width); // [batch, height, width]
        var pixels = images.reshape(batch, channels, height * width)
            .gather(2, at.to_type(ScalarType.Int64).view(batch, 1, -1).expand(batch, channels, -1))
            .view(batch, channels, at.shape[1], at.shape[2]);
        return fillMode != FillMode.Constant ? pixels
            : where(((ys >= 0) & (ys < height) & (xs >= 0) & (xs < width)).unsqueeze(1), pixels, tensor((float)fillValue));
    }

    /// <summary>The place inside an axis that stands for a place anywhere.</summary>
    private Tensor Inside(Tensor places, long length) => fillMode switch
    {
        FillMode.Wrap => places.remainder(length),
        FillMode.Mirror => length == 1 ? zeros_like(places) : ((places + (length - 1)).remainder(2 * (length - 1)) - (length - 1)).abs(),
        FillMode.Reflect => (((((2 * places) + 1 + (2 * length)).remainder(4 * length)) - (2 * length)).abs() - 1).div(2).floor(),
        _ => places.clamp(0, length - 1),
    };
}
