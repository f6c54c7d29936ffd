using System.Runtime.Intrinsics;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>What a processor does to several float32 values at once, for code that is the same for each width.</summary>
/// <typeparam name="T">The values.</typeparam>
internal unsafe interface ILanes<T>
    where T : unmanaged
{
    /// <summary>How many values.</summary>
    static abstract int Count { get; }

    /// <summary>The values that stand at a place.</summary>
    static abstract T Load(float* place);

    /// <summary>Puts values at a place.</summary>
    static abstract void Store(T values, float* place);

    /// <summary>One value everywhere.</summary>
    static abstract T Of(float value);

    /// <summary>a + b.</summary>
    static abstract T Add(T a, T b);

    /// <summary>a − b.</summary>
    static abstract T Subtract(T a, T b);

    /// <summary>The greater; no number where either is none.</summary>
    static abstract T Max(T a, T b);

    /// <summary>a × b + c, rounded once.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);
}

/// <summary>Eight values: AVX2.</summary>
internal readonly unsafe struct EightLanes : ILanes<Vector256<float>>
{
    public static int Count => 8;

    public static Vector256<float> Load(float* place) => Vector256.Load(place);

    public static void Store(Vector256<float> values, float* place) => values.Store(place);

    public static Vector256<float> Of(float value) => Vector256.Create(value);

    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) => Vector256.Max(a, b);

    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);
}

/// <summary>Sixteen values: AVX-512.</summary>
internal readonly unsafe struct SixteenLanes : ILanes<Vector512<float>>
{
    public static int Count => 16;

    public static Vector512<float> Load(float* place) => Vector512.Load(place);

    public static void Store(Vector512<float> values, float* place) => values.Store(place);

    public static Vector512<float> Of(float value) => Vector512.Create(value);

    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);
}
