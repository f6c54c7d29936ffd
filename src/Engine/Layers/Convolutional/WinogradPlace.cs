using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Convolutional;

/// <summary>Where a tile lies in a picture.</summary>
internal readonly unsafe struct WinogradPlace
{
    private readonly int _picture;
    private readonly int _row;
    private readonly int _column;
    private readonly int _top;
    private readonly int _left;
    private readonly int _bottom;
    private readonly int _right;

    internal WinogradPlace(WinogradShape shape, int tile, int step, int size, int top, int left, int height, int width)
    {
        (var number, tile) = Math.DivRem(tile, shape.Tiles);
        var (down, across) = Math.DivRem(tile, shape.Across);
        _picture = number * height;
        (_row, _column) = ((down * step) - top, (across * step) - left);
        (_top, _left) = (Math.Max(0, -_row), Math.Max(0, -_column));
        (_bottom, _right) = (Math.Min(size, height - _row), Math.Min(size, width - _column));
        IsWhole = _top == 0 && _left == 0 && _bottom == size && _right == size;
        Start = ((nint)(_picture + _row) * width) + _column;
    }

    internal bool IsWhole { get; }

    /// <summary>The first value's number, in pixels.</summary>
    internal nint Start { get; }

    /// <summary>Moves what lies in the picture from or to a patch; the rest of a patch becomes zero.</summary>
    internal void Move(float* patch, int side, float* picture, int width, int channels, bool toPatch)
    {
        if (toPatch)
        {
            new Span<float>(patch, side * side * channels).Clear();
        }

        for (var row = _top; row < _bottom; row++)
        {
            var inPatch = new Span<float>(patch + (((row * side) + _left) * channels), (_right - _left) * channels);
            var inPicture = new Span<float>(picture + ((((nint)(_picture + _row + row) * width) + _column + _left) * channels), (_right - _left) * channels);
            (toPatch ? inPicture : inPatch).CopyTo(toPatch ? inPatch : inPicture);
        }
    }

    /// <summary>Adds a patch to what lies in the picture.</summary>
    internal void Add<TLanes, T>(float* patch, int side, float* picture, int width, int channels)
        where TLanes : struct, ILanes<T>
        where T : unmanaged
    {
        for (var row = _top; row < _bottom; row++)
        {
            var from = patch + (((row * side) + _left) * channels);
            var to = picture + ((((nint)(_picture + _row + row) * width) + _column + _left) * channels);
            for (var i = 0; i < (_right - _left) * channels; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Add(TLanes.Load(to + i), TLanes.Load(from + i)), to + i);
            }
        }
    }
}
