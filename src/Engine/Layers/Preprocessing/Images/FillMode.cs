namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>What stands beyond the borders of an image.</summary>
public enum FillMode
{
    /// <summary>The image mirrored at its edge: <c>d c b a | a b c d | d c b a</c>.</summary>
    Reflect,

    /// <summary>The image again: <c>a b c d | a b c d | a b c d</c>.</summary>
    Wrap,

    /// <summary>One value.</summary>
    Constant,

    /// <summary>The nearest pixel's value: <c>a a a a | a b c d | d d d d</c>.</summary>
    Nearest,

    /// <summary>The image mirrored at the middle of its last pixel: <c>d c b | a b c d | c b a</c>.</summary>
    Mirror,
}
