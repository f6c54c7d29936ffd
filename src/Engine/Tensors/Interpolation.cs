namespace ExperimentRunner.Engine.Tensors;

/// <summary>How values between the pixels of an image are made up.</summary>
public enum Interpolation
{
    /// <summary>The nearest pixel's value.</summary>
    Nearest,

    /// <summary>A weighted mean of the two nearest pixels along each axis.</summary>
    Bilinear,

    /// <summary>Keys's cubic convolution with a = −0.5.</summary>
    Bicubic,

    /// <summary>Lanczos's windowed sinc, three pixels to each side.</summary>
    Lanczos3,

    /// <summary>Lanczos's windowed sinc, five pixels to each side.</summary>
    Lanczos5,
}
