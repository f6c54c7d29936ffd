using ExperimentRunner.Engine.Operations;
using static ExperimentRunner.Engine.Tests.Operations.Numbers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Operations;

/// <summary>Figures for every operation: from <see cref="Math"/> and plain loops, or known by hand.</summary>
internal static class OperationFigures
{
    private static readonly Numbers X = Rows([1, -2, 3], [0.5, 4, -1]);
    private static readonly Numbers Positive = Rows([1, 0.25, 3], [0.5, 4, 2]);
    private static readonly Numbers Share = Rows([0.1, -0.7, 0.3], [0.5, -0.2, 0.9]);
    private static readonly Numbers Wholes = Row(12, 7, 0, 5);
    private static readonly Numbers Gaps = Rows([1, double.NaN, 3], [double.NaN, 4, -1]);
    private static readonly Numbers Square = Rows([4, 1], [2, 3]);

    /// <summary>All of them.</summary>
    internal static IEnumerable<OperationFigure> All() =>
        [.. Single(), .. Pairs(), .. Bits(), .. Reduced(), .. WithGaps(), .. Arranged(), .. Taken(), .. Multiplied(), .. Matrices(), .. Windows(), .. Pictures(), .. Others(), .. SignalFigures.All()];

    private static IEnumerable<OperationFigure> Single()
    {
        (string Name, Numbers X, Func<double, double> Function)[] functions =
        [
            ("Absolute", X, Math.Abs), ("Fabs", X, Math.Abs), ("Negative", X, x => -x), ("Exp", X, Math.Exp), ("Expm1", X, x => Math.Exp(x) - 1), ("Exp2", X, x => Math.Pow(2, x)),
            ("Log", Positive, Math.Log), ("Log1p", Positive, x => Math.Log(1 + x)), ("Log2", Positive, Math.Log2), ("Log10", Positive, Math.Log10),
            ("Sqrt", Positive, Math.Sqrt), ("Rsqrt", Positive, x => 1 / Math.Sqrt(x)), ("Square", X, x => x * x), ("Reciprocal", X, x => 1 / x), ("Cbrt", X, Math.Cbrt),
            ("Sin", X, Math.Sin), ("Cos", X, Math.Cos), ("Tan", X, Math.Tan), ("Sinh", X, Math.Sinh), ("Cosh", X, Math.Cosh), ("Tanh", X, Math.Tanh),
            ("Arcsin", Share, Math.Asin), ("Arccos", Share, Math.Acos), ("Arctan", X, Math.Atan), ("Arcsinh", X, Math.Asinh), ("Arccosh", Positive.Each(x => x + 1), Math.Acosh), ("Arctanh", Share, Math.Atanh),
            ("Sign", X, x => Math.Sign(x)), ("Floor", X, Math.Floor), ("Ceil", X, Math.Ceiling), ("Trunc", X.Each(x => x * 1.3), Math.Truncate), ("Round", X, x => Math.Round(x, MidpointRounding.ToEven)),
            ("Sinc", X, x => Math.Sin(Math.PI * x) / (Math.PI * x)), ("Deg2rad", X, x => x * Math.PI / 180), ("Rad2deg", X, x => x * 180 / Math.PI), ("Angle", X, x => x < 0 ? Math.PI : 0),
            ("Erf", X, Erf), ("Erfc", X, x => 1 - Erf(x)), ("Erfinv", Share.Each(Erf), Back), ("I0", X, I0),
            ("Isnan", Gaps, x => double.IsNaN(x) ? 1 : 0), ("Isfinite", Gaps, x => double.IsFinite(x) ? 1 : 0), ("Isinf", Row(1, double.NegativeInfinity), x => double.IsInfinity(x) ? 1 : 0),
            ("Isposinf", Row(1, double.NegativeInfinity, double.PositiveInfinity), x => double.IsPositiveInfinity(x) ? 1 : 0), ("Isneginf", Row(1, double.NegativeInfinity, double.PositiveInfinity), x => double.IsNegativeInfinity(x) ? 1 : 0),
            ("Signbit", X, x => x < 0 ? 1 : 0), ("Isreal", X, _ => 1), ("Real", X, x => x), ("Imag", X, _ => 0), ("Conjugate", X, x => x), ("Copy", X, x => x), ("StopGradient", X, x => x), ("LogicalNot", Row(0, 2, 1), x => x == 0 ? 1 : 0),
            ("Relu", X, x => Math.Max(0, x)), ("Relu6", X.Each(x => 3 * x), x => Math.Clamp(x, 0, 6)), ("Sigmoid", X, Sigmoid), ("Softplus", X, Softplus), ("Softsign", X, x => x / (1 + Math.Abs(x))),
            ("Silu", X, x => x * Sigmoid(x)), ("LogSigmoid", X, x => -Softplus(-x)), ("HardSigmoid", X, x => Math.Clamp((x / 6) + 0.5, 0, 1)), ("HardSilu", X, x => x * Math.Clamp((x / 6) + 0.5, 0, 1)),
            ("Selu", X, x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1))), ("TanhShrink", X, x => x - Math.Tanh(x)), ("HardTanh", X, x => Math.Clamp(x, -1, 1)),
            ("SparsePlus", X, x => x <= -1 ? 0 : x >= 1 ? x : (x + 1) * (x + 1) / 4), ("SparseSigmoid", X, x => x <= -1 ? 0 : x >= 1 ? 1 : (x + 1) / 2),
        ];
        foreach (var (name, x, function) in functions)
        {
            yield return new OperationFigure(name, "{}", [x], x.Each(function));
        }

        (string Name, string Config, Func<double, double> Function)[] withOptions =
        [
            ("LeakyRelu", """{"negative_slope": 0.3}""", x => x < 0 ? 0.3 * x : x), ("Elu", """{"alpha": 0.5}""", x => x > 0 ? x : 0.5 * (Math.Exp(x) - 1)), ("Celu", """{"alpha": 0.5}""", x => Math.Max(0, x) + Math.Min(0, 0.5 * (Math.Exp(x / 0.5) - 1))),
            ("Gelu", """{"approximate": false}""", x => x * 0.5 * (1 + Erf(x / Math.Sqrt(2)))), ("HardShrink", """{"threshold": 0.75}""", x => Math.Abs(x) > 0.75 ? x : 0),
            ("SoftShrink", """{"threshold": 0.75}""", x => Math.Sign(x) * Math.Max(0, Math.Abs(x) - 0.75)), ("Squareplus", """{"b": 4}""", x => (x + Math.Sqrt((x * x) + 4)) / 2), ("Threshold", """{"threshold": 0.75, "default_value": 9.0}""", x => x > 0.75 ? x : 9),
            ("Round", """{"decimals": 1}""", x => Math.Round(x, 1)), ("ZerosLike", "{}", _ => 0), ("OnesLike", "{}", _ => 1), ("EmptyLike", "{}", _ => 0), ("ConvertToTensor", "{}", x => x), ("Array", "{}", x => x),
            ("Cast", """{"dtype": "int32"}""", Math.Truncate), ("SaturateCast", """{"dtype": "uint8"}""", x => Math.Truncate(Math.Max(0, x))), ("Clip", """{"x_min": -1, "x_max": 2}""", x => Math.Clamp(x, -1, 2)),
        ];
        foreach (var (name, config, function) in withOptions)
        {
            yield return new OperationFigure(name, config, [X], X.Each(function));
        }

        yield return new OperationFigure("FullLike", "{}", [X, 2.5], X.Each(_ => 2.5));
        yield return new OperationFigure("NanToNum", """{"nan": 7}""", [Gaps], Gaps.Each(x => double.IsNaN(x) ? 7 : x));
        yield return new OperationFigure("Softmax", """{"axis": -1}""", [X], ByRow(X, row => row.Select(x => Math.Exp(x) / row.Sum(Math.Exp))));
        yield return new OperationFigure("LogSoftmax", """{"axis": -1}""", [X], ByRow(X, row => row.Select(x => x - Math.Log(row.Sum(Math.Exp)))));
        yield return new OperationFigure("Sparsemax", """{"axis": -1}""", [Row(0.5, 0.4, -3)], Row(0.3, 0.2, 0)); // Keras subtracts (0.5 + 0.9 - 1) / 2: it adds up running sums
        yield return new OperationFigure("Glu", """{"axis": -1}""", [Row(1, 2, 0, 3)], Row(1 * Sigmoid(0), 2 * Sigmoid(3)));
    }

    private static IEnumerable<OperationFigure> Pairs()
    {
        var y = Row(2, -1, 0.5);
        (string Name, Func<double, double, double> Function)[] functions =
        [
            ("Add", (a, b) => a + b), ("Subtract", (a, b) => a - b), ("Multiply", (a, b) => a * b), ("Divide", (a, b) => a / b), ("FloorDivide", (a, b) => Math.Floor(a / b)), ("Mod", (a, b) => a - (b * Math.Floor(a / b))), ("Fmod", Math.IEEERemainder),
            ("Maximum", Math.Max), ("Minimum", Math.Min), ("Fmax", Math.Max), ("Fmin", Math.Min), ("Arctan2", Math.Atan2), ("Hypot", (a, b) => Math.Sqrt((a * a) + (b * b))),
            ("Logaddexp", (a, b) => Math.Log(Math.Exp(a) + Math.Exp(b))), ("Logaddexp2", (a, b) => Math.Log2(Math.Pow(2, a) + Math.Pow(2, b))), ("DivideNoNan", (a, b) => b == 0 ? 0 : a / b), ("Ldexp", (a, b) => a * Math.Pow(2, b)),
            ("Equal", (a, b) => a == b ? 1 : 0), ("NotEqual", (a, b) => a != b ? 1 : 0), ("Greater", (a, b) => a > b ? 1 : 0), ("GreaterEqual", (a, b) => a >= b ? 1 : 0), ("Less", (a, b) => a < b ? 1 : 0), ("LessEqual", (a, b) => a <= b ? 1 : 0),
            ("Nextafter", (a, b) => a < b ? MathF.BitIncrement((float)a) : MathF.BitDecrement((float)a)), ("Heaviside", (a, b) => a < 0 ? 0 : a > 0 ? 1 : b), ("Isclose", (a, b) => Math.Abs(a - b) <= 1e-8 + (1e-5 * Math.Abs(b)) ? 1 : 0),
        ];
        foreach (var (name, function) in functions)
        {
            var exact = name == "Fmod" ? (a, b) => a - (b * Math.Truncate(a / b)) : function;
            var expected = ByRow(X, row => row.Zip(y.Values, exact));
            yield return new OperationFigure(name, "{}", [X, y], expected);
            yield return new OperationFigure(name, "{}", [X, y.Values], expected);
            yield return new OperationFigure(name, "{}", [X, 2.0], X.Each(x => exact(x, 2)));
        }

        yield return new OperationFigure("Power", "{}", [Positive, y], ByRow(Positive, row => row.Zip(y.Values, Math.Pow)));
        foreach (var (name, function) in new (string, Func<bool, bool, bool>)[] { ("LogicalAnd", (a, b) => a && b), ("LogicalOr", (a, b) => a || b), ("LogicalXor", (a, b) => a != b) })
        {
            yield return new OperationFigure(name, "{}", [Row(0, 0, 1, 1), Row(0, 1, 0, 1)], Row([.. new[] { (false, false), (false, true), (true, false), (true, true) }.Select(pair => function(pair.Item1, pair.Item2) ? 1.0 : 0)]));
        }

        yield return new OperationFigure("Isclose", """{"equal_nan": true}""", [Row(1, double.NaN, 2), Row(1.1, double.NaN, 3), 0.2, 0.01], Row(1, 1, 0));
        yield return new OperationFigure("Where", "{}", [Row(1, 0, 1), Row(1, 2, 3), 9.0], Row(1, 9, 3));
    }

    private static IEnumerable<OperationFigure> Bits()
    {
        (string Name, Func<int, int, int> Function)[] functions =
        [
            ("BitwiseAnd", (a, b) => a & b), ("BitwiseOr", (a, b) => a | b), ("BitwiseXor", (a, b) => a ^ b), ("BitwiseLeftShift", (a, b) => a << b), ("BitwiseRightShift", (a, b) => a >> b),
            ("Gcd", Gcd), ("Lcm", (a, b) => a * b / Gcd(a, b)),
        ];
        var y = Row(2, 3, 1, 2);
        foreach (var (name, function) in functions)
        {
            yield return new OperationFigure(name, "{}", [Wholes, y], Row([.. Wholes.Values.Zip(y.Values, (a, b) => (double)function((int)a, (int)b))])) { Type = ScalarType.Int32 };
        }

        yield return new OperationFigure("BitwiseNot", "{}", [Wholes], Wholes.Each(x => ~(int)x)) { Type = ScalarType.Int32 };
    }

    private static IEnumerable<OperationFigure> Reduced()
    {
        (string Name, Func<double[], double> Function)[] functions =
        [
            ("Sum", row => row.Sum()), ("Mean", row => row.Average()), ("Max", row => row.Max()), ("Min", row => row.Min()), ("Prod", row => row.Aggregate((a, b) => a * b)),
            ("Var", Variance), ("Std", row => Math.Sqrt(Variance(row))), ("Logsumexp", row => Math.Log(row.Sum(Math.Exp))), ("Any", row => row.Any(x => x != 0) ? 1 : 0), ("All", row => row.All(x => x != 0) ? 1 : 0),
            ("CountNonzero", row => row.Count(x => x != 0)), ("Median", row => row.Order().ElementAt(1)), ("Norm", row => Math.Sqrt(row.Sum(x => x * x))), ("Ptp", row => row.Max() - row.Min()),
            ("Argmax", row => Array.IndexOf(row, row.Max())), ("Argmin", row => Array.IndexOf(row, row.Min())), ("Average", row => row.Average()),
        ];
        foreach (var (name, function) in functions)
        {
            yield return new OperationFigure(name, """{"axis": -1}""", [X], Row([.. X.ToRows().Select(function)]));
            if (name is not ("CountNonzero" or "Average"))
            {
                yield return new OperationFigure(name, """{"axis": 1, "keepdims": true}""", [X], new Numbers([2, 1], [.. X.ToRows().Select(function)]));
            }
        }

        yield return new OperationFigure("Max", """{"axis": -1, "initial": 3.5}""", [X], Row(3.5, 4));
        yield return new OperationFigure("Sum", """{"axis": null}""", [X], One(5.5));
        yield return new OperationFigure("Norm", """{"ord": 1, "axis": -1}""", [X], Row(6, 5.5));
        yield return new OperationFigure("Average", """{"axis": 1}""", [X, (double[])[1, 1, 2]], Row(1.25, 0.625)) { Named = ["weights"] };
        yield return new OperationFigure("Moments", """{"axes": [1]}""", [X], Row([.. X.ToRows().Select(row => row.Average())]), Row([.. X.ToRows().Select(Variance)]));
        yield return new OperationFigure("Normalize", """{"axis": -1, "order": 2}""", [X], ByRow(X, row => row.Select(x => x / Math.Sqrt(row.Sum(y => y * y)))));
        yield return new OperationFigure("Trapezoid", """{"dx": 0.5}""", [Row(1, 2, 4)], One(0.5 * (1.5 + 3)));
        yield return new OperationFigure("Quantile", """{"axis": [-1]}""", [X, 0.25], Row(-0.5, -0.25));
        yield return new OperationFigure("Quantile", """{"axis": [1], "keepdims": true}""", [X, (double[])[0, 0.5]], new Numbers([2, 2, 1], -2, -1, 1, 0.5));
        yield return new OperationFigure("Percentile", """{"axis": [-1], "method": "lower"}""", [X, 30.0], Row(-2, -1));
        yield return new OperationFigure("Nanquantile", """{"axis": [-1]}""", [Gaps, 0.5], Row(2, 1.5));
        yield return new OperationFigure("Nanpercentile", """{"axis": [-1]}""", [Gaps, 100.0], Row(3, 4));
    }

    private static IEnumerable<OperationFigure> WithGaps()
    {
        (string Name, double[] Expected)[] figures =
        [
            ("Nansum", [4, 3]), ("Nanmean", [2, 1.5]), ("Nanmax", [3, 4]), ("Nanmin", [1, -1]), ("Nanprod", [3, -4]), ("Nanvar", [1, 6.25]), ("Nanstd", [1, 2.5]), ("Nanmedian", [2, 1.5]), ("Nanargmax", [2, 1]), ("Nanargmin", [0, 2]),
        ];
        foreach (var (name, expected) in figures)
        {
            yield return new OperationFigure(name, """{"axis": -1}""", [Gaps], Row(expected));
        }

        yield return new OperationFigure("Nancumsum", """{"axis": 1}""", [Gaps], Rows([1, 1, 4], [0, 4, 3]));
        yield return new OperationFigure("Nancumprod", """{"axis": 1}""", [Gaps], Rows([1, 1, 3], [1, 4, -4]));
        yield return new OperationFigure("Nanmax", """{"axis": 0}""", [Rows([double.NaN, 1], [double.NaN, 2])], Row(double.NaN, 2));
    }

    private static IEnumerable<OperationFigure> Arranged()
    {
        yield return new OperationFigure("Append", """{"axis": 1}""", [X, Rows([7], [8])], Rows([1, -2, 3, 7], [0.5, 4, -1, 8]));
        yield return new OperationFigure("Concatenate", """{"axis": 0}""", [new[] { X, Rows([7, 8, 9]) }], Rows([1, -2, 3], [0.5, 4, -1], [7, 8, 9]));
        yield return new OperationFigure("Stack", """{"axis": 1}""", [new[] { Row(1, 2), Row(3, 4) }], Rows([1, 3], [2, 4]));
        yield return new OperationFigure("Hstack", "{}", [new[] { Rows([1], [2]), Rows([3], [4]) }], Rows([1, 3], [2, 4]));
        yield return new OperationFigure("Vstack", "{}", [new[] { Row(1, 2), Row(3, 4) }], Rows([1, 2], [3, 4]));
        yield return new OperationFigure("Dstack", "{}", [new[] { Row(1, 2), Row(3, 4) }], new Numbers([1, 2, 2], 1, 3, 2, 4));
        yield return new OperationFigure("Reshape", """{"newshape": [3, -1]}""", [X], new Numbers([3, 2], X.Values));
        yield return new OperationFigure("Ravel", "{}", [X], new Numbers([6], X.Values));
        yield return new OperationFigure("Transpose", "{}", [X], Rows([1, 0.5], [-2, 4], [3, -1]));
        yield return new OperationFigure("Swapaxes", """{"axis1": 0, "axis2": 1}""", [X], Rows([1, 0.5], [-2, 4], [3, -1]));
        yield return new OperationFigure("Moveaxis", """{"source": 0, "destination": -1}""", [X], Rows([1, 0.5], [-2, 4], [3, -1]));
        yield return new OperationFigure("ExpandDims", """{"axis": 1}""", [X], new Numbers([2, 1, 3], X.Values));
        yield return new OperationFigure("Squeeze", """{"axis": 1}""", [new Numbers([2, 1, 3], X.Values)], X);
        yield return new OperationFigure("Flip", """{"axis": 1}""", [X], Rows([3, -2, 1], [-1, 4, 0.5]));
        yield return new OperationFigure("Fliplr", "{}", [X], Rows([3, -2, 1], [-1, 4, 0.5]));
        yield return new OperationFigure("Flipud", "{}", [X], Rows([0.5, 4, -1], [1, -2, 3]));
        yield return new OperationFigure("Rot90", "{}", [X], Rows([3, -1], [-2, 4], [1, 0.5]));
        yield return new OperationFigure("Roll", """{"shift": 1, "axis": 1}""", [X], Rows([3, 1, -2], [-1, 0.5, 4]));
        yield return new OperationFigure("Repeat", """{"repeats": 2, "axis": 0}""", [Row(1, 2)], Row(1, 1, 2, 2));
        yield return new OperationFigure("Tile", """{"repeats": 2}""", [Row(1, 2)], Row(1, 2, 1, 2));
        yield return new OperationFigure("Pad", """{"pad_width": [[2, 1]]}""", [Row(1, 2, 3)], Row(0, 0, 1, 2, 3, 0));
        yield return new OperationFigure("Pad", """{"pad_width": [[2, 1]], "mode": "reflect"}""", [Row(1, 2, 3)], Row(3, 2, 1, 2, 3, 2));
        yield return new OperationFigure("Pad", """{"pad_width": [[2, 2]], "mode": "symmetric"}""", [Row(1, 2, 3)], Row(2, 1, 1, 2, 3, 3, 2));
        yield return new OperationFigure("BroadcastTo", """{"shape": [2, 2]}""", [Row(1, 2)], Rows([1, 2], [1, 2]));
        yield return new OperationFigure("Tril", "{}", [X], Rows([1, 0, 0], [0.5, 4, 0]));
        yield return new OperationFigure("Triu", """{"k": 1}""", [X], Rows([0, -2, 3], [0, 0, -1]));
        yield return new OperationFigure("Diagonal", """{"offset": 1}""", [X], Row(-2, -1));
        yield return new OperationFigure("Trace", """{"offset": 1}""", [X], One(-3));
        yield return new OperationFigure("Diff", "{}", [Row(1, 4, 9)], Row(3, 5));
        yield return new OperationFigure("Split", """{"indices_or_sections": [1], "axis": 1}""", [Rows([1, 2, 3], [4, 5, 6])], Rows([1], [4]), Rows([2, 3], [5, 6]));
        yield return new OperationFigure("Split", """{"indices_or_sections": 2, "axis": 0}""", [Row(1, 2, 3, 4)], Row(1, 2), Row(3, 4));
        yield return new OperationFigure("ArraySplit", """{"indices_or_sections": 2}""", [Row(1, 2, 3)], Row(1, 2), Row(3));
        yield return new OperationFigure("Hsplit", """{"indices_or_sections": 2}""", [Rows([1, 2], [3, 4])], Rows([1], [3]), Rows([2], [4]));
        yield return new OperationFigure("Vsplit", """{"indices_or_sections": 2}""", [Rows([1, 2], [3, 4])], Rows([1, 2]), Rows([3, 4]));
        yield return new OperationFigure("Dsplit", """{"indices_or_sections": 2}""", [new Numbers([1, 1, 2], 1, 2)], new Numbers([1, 1, 1], 1), new Numbers([1, 1, 1], 2));
        yield return new OperationFigure("Unstack", """{"axis": 0}""", [Rows([1, 2], [3, 4])], Row(1, 2), Row(3, 4));
    }

    private static IEnumerable<OperationFigure> Taken()
    {
        yield return new OperationFigure("GetItem", "{}", [X, new Operand.Several([new Operand.Ellipsis(), new Operand.Slice(1, null, null)])], Rows([-2, 3], [4, -1]));
        yield return new OperationFigure("Take", """{"axis": 1}""", [X, (int[])[2, -3]], Rows([3, 1], [-1, 0.5]));
        yield return new OperationFigure("TakeAlongAxis", """{"axis": 1}""", [X, Rows([2], [0])], Rows([3], [0.5]));
        yield return new OperationFigure("Slice", """{"shape": [1, 2]}""", [X, (int[])[1, 0]], Rows([0.5, 4]));
        yield return new OperationFigure("SliceUpdate", "{}", [X, (int[])[1, 1], Rows([7, 8])], Rows([1, -2, 3], [0.5, 7, 8]));
        yield return new OperationFigure("Sort", """{"axis": -1}""", [X], Rows([-2, 1, 3], [-1, 0.5, 4]));
        yield return new OperationFigure("Argsort", """{"axis": -1}""", [X], Rows([1, 0, 2], [2, 0, 1]));
        yield return new OperationFigure("TopK", """{"k": 2}""", [X], Rows([3, 1], [4, 0.5]), Rows([2, 0], [1, 0]));
        yield return new OperationFigure("InTopK", """{"k": 2}""", [Row(0, 2), X], Row(1, 0));
        yield return new OperationFigure("Cumsum", """{"axis": 1}""", [X], Rows([1, -1, 2], [0.5, 4.5, 3.5]));
        yield return new OperationFigure("Cumprod", """{"axis": 1}""", [X], Rows([1, -2, -6], [0.5, 2, -2]));
        yield return new OperationFigure("OneHot", """{"num_classes": 3}""", [Row(2, 0)], Rows([0, 0, 1], [1, 0, 0]));
        yield return new OperationFigure("MultiHot", """{"num_classes": 3}""", [Rows([2, 0], [1, 1])], Rows([1, 0, 1], [0, 1, 0]));
        yield return new OperationFigure("Digitize", "{}", [X, (double[])[-1, 0, 1]], Rows([3, 0, 3], [2, 3, 1]));
        yield return new OperationFigure("SearchSorted", """{"side": "left"}""", [(double[])[-1, 0, 1], X], Rows([2, 0, 3], [2, 3, 0]));
        yield return new OperationFigure("IsIn", "{}", [X, (double[])[3, 4]], Rows([0, 0, 1], [0, 1, 0]));
        yield return new OperationFigure("SegmentSum", """{"num_segments": 3}""", [Row(1, 2, 3), Row(0, 2, 0)], Row(4, 0, 2));
        yield return new OperationFigure("SegmentProd", """{"num_segments": 3}""", [Row(1, 2, 3), Row(0, 2, 0)], Row(3, 1, 2));
        yield return new OperationFigure("SegmentMax", """{"num_segments": 2}""", [Rows([1, 9], [2, 8], [3, 7]), Row(0, 1, 0)], Rows([3, 9], [2, 8]));
        yield return new OperationFigure("SegmentMin", """{"num_segments": 2}""", [Rows([1, 9], [2, 8], [3, 7]), Row(0, 1, 0)], Rows([1, 7], [2, 8]));
    }

    private static IEnumerable<OperationFigure> Multiplied()
    {
        var (a, b) = (Rows([1, 2], [3, 4]), Rows([5, 6], [7, 8]));
        yield return new OperationFigure("Matmul", "{}", [a, b], Rows([19, 22], [43, 50]));
        yield return new OperationFigure("Einsum", """{"subscripts": "ij,jk->ik"}""", [a, b], Rows([19, 22], [43, 50]));
        yield return new OperationFigure("Dot", "{}", [a, b], Rows([19, 22], [43, 50]));
        yield return new OperationFigure("Tensordot", """{"axes": [[1], [0]]}""", [a, b], Rows([19, 22], [43, 50]));
        yield return new OperationFigure("Inner", "{}", [a, b], Rows([17, 23], [39, 53]));
        yield return new OperationFigure("Outer", "{}", [Row(1, 2), Row(3, 4)], Rows([3, 4], [6, 8]));
        yield return new OperationFigure("Kron", "{}", [Row(1, 2), Row(3, 4)], Row(3, 4, 6, 8));
        yield return new OperationFigure("Vdot", "{}", [Row(1, 2), Row(3, 4)], One(11));
        yield return new OperationFigure("Cross", "{}", [Row(1, 2, 3), Row(4, 5, 6)], Row(-3, 6, -3));
        yield return new OperationFigure("CDist", "{}", [Rows([0, 0], [3, 4]), Rows([0, 0])], Rows([0], [5]));
    }

    private static IEnumerable<OperationFigure> Matrices()
    {
        yield return new OperationFigure("Det", "{}", [Square], One(10));
        yield return new OperationFigure("Logdet", "{}", [Square], One(Math.Log(10)));
        yield return new OperationFigure("Slogdet", "{}", [Rows([1, 4], [3, 2])], One(-1), One(Math.Log(10)));
        yield return new OperationFigure("Inv", "{}", [Square], Rows([0.3, -0.1], [-0.2, 0.4]));
        yield return new OperationFigure("Pinv", "{}", [Square], Rows([0.3, -0.1], [-0.2, 0.4]));
        yield return new OperationFigure("Cholesky", "{}", [Rows([4, 2], [2, 5])], Rows([2, 0], [1, 2]));
        yield return new OperationFigure("CholeskyInverse", "{}", [Rows([2, 0], [1, 2])], Rows([5 / 16.0, -2 / 16.0], [-2 / 16.0, 4 / 16.0]));
        yield return new OperationFigure("Qr", "{}", [Rows([-2, 0], [0, -3])], Rows([1, 0], [0, 1]), Rows([-2, 0], [0, -3]));
        yield return new OperationFigure("SVD", """{"compute_uv": false}""", [Rows([3, 0], [0, -4])], Row(4, 3));
        yield return new OperationFigure("Eigh", "{}", [Rows([2, 0], [0, 1])], Row(1, 2), Rows([0, 1], [1, 0]));
        yield return new OperationFigure("MatrixRank", "{}", [Rows([1, 2], [2, 4])], One(1));
        yield return new OperationFigure("Solve", "{}", [Square, Row(10, 20)], Row(1, 6));
        yield return new OperationFigure("SolveTriangular", """{"lower": true}""", [Rows([2, 9], [1, 4]), Rows([4], [10])], Rows([2], [2]));
        yield return new OperationFigure("Lstsq", "{}", [Rows([1, 0], [0, 2], [0, 0]), Row(3, 4, 5)], Row(3, 2));
    }

    private static IEnumerable<OperationFigure> Windows()
    {
        var line = new Numbers([1, 5, 1], 1, 5, 2, 4, 3);
        yield return new OperationFigure("MaxPool", """{"pool_size": 2, "strides": 2, "padding": "same"}""", [line], new Numbers([1, 3, 1], 5, 4, 3));
        yield return new OperationFigure("AveragePool", """{"pool_size": [2]}""", [line], new Numbers([1, 2, 1], 3, 3));
        yield return new OperationFigure("AdaptiveMaxPool", """{"output_size": 2}""", [line], new Numbers([1, 2, 1], 5, 4));
        yield return new OperationFigure("AdaptiveAveragePool", """{"output_size": 2}""", [line], new Numbers([1, 2, 1], 8 / 3.0, 3));
        var kernel = new Numbers([2, 1, 1], 1, 10);
        yield return new OperationFigure("Conv", """{"padding": "same"}""", [line, kernel], new Numbers([1, 5, 1], 51, 25, 42, 34, 3));
        yield return new OperationFigure("Conv", """{"dilation_rate": 2}""", [line, kernel], new Numbers([1, 3, 1], 21, 45, 32));
        yield return new OperationFigure("DepthwiseConv", """{"strides": 2}""", [line, kernel], new Numbers([1, 2, 1], 51, 42));
        yield return new OperationFigure("SeparableConv", "{}", [line, kernel, new Numbers([1, 1, 1], 2)], new Numbers([1, 4, 1], 102, 50, 84, 68));
        yield return new OperationFigure("ConvTranspose", """{"strides": 2}""", [new Numbers([1, 2, 1], 1, 5), kernel], new Numbers([1, 4, 1], 1, 10, 5, 50));
        yield return new OperationFigure("ExtractSequences", """{"sequence_length": 3, "sequence_stride": 2}""", [Row(1, 2, 3, 4, 5)], Rows([1, 2, 3], [3, 4, 5]));
        yield return new OperationFigure("DepthToSpace", """{"block_size": 2}""", [new Numbers([1, 1, 1, 4], 1, 2, 3, 4)], new Numbers([1, 2, 2, 1], 1, 2, 3, 4));
        yield return new OperationFigure("SpaceToDepth", """{"block_size": 2, "data_format": "channels_first"}""", [new Numbers([1, 1, 2, 2], 1, 2, 3, 4)], new Numbers([1, 4, 1, 1], 1, 2, 3, 4));
    }

    private static IEnumerable<OperationFigure> Pictures()
    {
        var image = new Numbers([1, 2, 2, 1], 1, 2, 3, 4);
        yield return new OperationFigure("Resize", """{"size": [4, 2], "interpolation": "nearest"}""", [image], new Numbers([1, 4, 2, 1], 1, 2, 1, 2, 3, 4, 3, 4));
        yield return new OperationFigure("RGBToGrayscale", "{}", [new Numbers([1, 1, 3], 10, 20, 30)], new Numbers([1, 1, 1], (10 * 0.2989) + (20 * 0.587) + (30 * 0.114)));
        yield return new OperationFigure("RGBToHSV", "{}", [new Numbers([1, 1, 3], 0, 0.5, 0)], new Numbers([1, 1, 3], 1 / 3.0, 1, 0.5));
        yield return new OperationFigure("HSVToRGB", "{}", [new Numbers([1, 1, 3], 1 / 3.0, 1, 0.5)], new Numbers([1, 1, 3], 0, 0.5, 0));
        yield return new OperationFigure("GaussianBlur", """{"kernel_size": [3, 1], "sigma": [1.0, 1.0]}""", [new Numbers([1, 3, 1], 0, 1, 0)], new Numbers([1, 3, 1], Bell(1), Bell(0), Bell(1)));
        yield return new OperationFigure("PadImages", """{"top_padding": 1, "left_padding": 0, "target_height": 3, "target_width": 3}""", [image], new Numbers([1, 3, 3, 1], 0, 0, 0, 1, 2, 0, 3, 4, 0));
        yield return new OperationFigure("CropImages", """{"top_cropping": 1, "right_cropping": 1, "target_height": 1, "target_width": 1}""", [image], new Numbers([1, 1, 1, 1], 3));
        yield return new OperationFigure("ExtractPatches", """{"size": [1, 2]}""", [image], new Numbers([1, 2, 1, 2], 1, 2, 3, 4));

        static double Bell(int from) => Math.Exp(-0.5 * from * from) / (1 + (2 * Math.Exp(-0.5)));
    }

    private static IEnumerable<OperationFigure> Others()
    {
        yield return new OperationFigure("Linspace", """{"num": 3}""", [Row(0, 1), Row(2, 5)], Rows([0, 1], [1, 3], [2, 5]));
        yield return new OperationFigure("Logspace", """{"num": 3}""", [One(0), 2.0], Row(1, 10, 100));
        yield return new OperationFigure("Geomspace", """{"num": 3, "axis": -1}""", [One(1), 16.0], Row(1, 4, 16));
        yield return new OperationFigure("LayerNorm", """{"epsilon": 0.5}""", [X, (double[])[1, 2, 3], (double[])[4, 5, 6]], ByRow(X, row => row.Select((x, i) => ((x - row.Average()) / Math.Sqrt(Variance(row) + 0.5) * (i + 1)) + i + 4)));
        yield return new OperationFigure("RMSNorm", """{"epsilon": 0.5}""", [X], ByRow(X, row => row.Select(x => x / Math.Sqrt(row.Average(y => y * y) + 0.5))));
        yield return new OperationFigure("BatchNorm", """{"axis": -1, "epsilon": 0.5}""", [X, (double[])[1, 2, 3], (double[])[4, 5, 6]], ByRow(X, row => row.Select((x, i) => (x - i - 1) / Math.Sqrt(i + 4.5))));
        yield return new OperationFigure("BinaryCrossentropy", "{}", [Row(1, 0), Row(0.25, 0.5)], Row(-Math.Log(0.25), -Math.Log(0.5)));
        yield return new OperationFigure("BinaryCrossentropy", """{"from_logits": true}""", [Row(1, 0), Row(2, -3)], Row(Softplus(-2), Softplus(-3)));
        yield return new OperationFigure("CategoricalCrossentropy", "{}", [Rows([0, 1]), Rows([1, 3])], Row(-Math.Log(0.75)));
        yield return new OperationFigure("SparseCategoricalCrossentropy", """{"from_logits": true}""", [Row(1), Rows([0, Math.Log(3)])], Row(-Math.Log(0.75)));
        yield return new OperationFigure("PSNR", """{"max_val": 10.0}""", [Row(1, 2), Row(2, 3)], One(20));
        var (query, key, value) = (new Numbers([1, 2, 1, 1], 0, 1), new Numbers([1, 2, 1, 1], 0, Math.Log(3)), new Numbers([1, 2, 1, 1], 4, 8));
        yield return new OperationFigure("DotProductAttention", "{}", [query, key, value], new Numbers([1, 2, 1, 1], 6, 7));
        yield return new OperationFigure("DotProductAttention", """{"is_causal": true}""", [query, key, value], new Numbers([1, 2, 1, 1], 4, 7));
    }

    private static Numbers ByRow(Numbers x, Func<double[], IEnumerable<double>> change) => new(x.Shape, [.. x.ToRows().SelectMany(change)]);

    private static double Variance(double[] row) => row.Average(x => x * x) - (row.Average() * row.Average());

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Softplus(double x) => Math.Log(1 + Math.Exp(x));

    /// <summary>The error function by its series, which ends here for numbers up to 6.</summary>
    private static double Erf(double x)
    {
        var (sum, term) = (x, x);
        for (var n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    /// <summary>Finds the number whose error function it is, by halving.</summary>
    private static double Back(double y)
    {
        var (low, high) = (-2.0, 2.0);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Erf(middle) < y ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The modified Bessel function of order 0 by its series.</summary>
    private static double I0(double x)
    {
        var (sum, term) = (1.0, 1.0);
        for (var n = 1; n < 60; n++)
        {
            term *= x * x / (4.0 * n * n);
            sum += term;
        }

        return sum;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
