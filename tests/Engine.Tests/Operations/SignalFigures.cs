using System.Numerics;
using ExperimentRunner.Engine.Operations;
using ExperimentRunner.Engine.Tensors;
using static ExperimentRunner.Engine.Tests.Operations.Numbers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Operations;

/// <summary>Figures for transforms, scattered parts, warped images, labels and rows of numbers: from sums as they are defined, or known by hand.</summary>
internal static class SignalFigures
{
    private static readonly Numbers Real = Rows([1, -2, 3, 0.5], [0.5, 4, -1, 2]);
    private static readonly Numbers Imaginary = Rows([0.3, 1, -1, 2], [-0.5, 0, 1.5, 1]);

    /// <summary>All of them.</summary>
    internal static IEnumerable<OperationFigure> All() => [.. Transforms(), .. Framed(), .. Scattered(), .. Warped(), .. Scaled(), .. Compared(), .. Labels(), .. Arrays(), .. Folded()];

    private static IEnumerable<OperationFigure> Transforms()
    {
        var rows = Enumerable.Range(0, 2).Select(row => Wave(LineOf(Real, row), LineOf(Imaginary, row), forward: true)).ToArray();
        yield return new("FFT", "{}", [new[] { Real, Imaginary }], Parts(rows));
        yield return new("FFT2", "{}", [new[] { Real, Imaginary }], Parts(Columns(rows, forward: true)));
        var back = Enumerable.Range(0, 2).Select(row => Wave(LineOf(Real, row), LineOf(Imaginary, row), forward: false)).ToArray();
        yield return new("IFFT2", "{}", [new[] { Real, Imaginary }], Parts(Columns(back, forward: false)));

        var plain = Enumerable.Range(0, 2).Select(row => Wave(LineOf(Real, row), new double[4], forward: true)[..3]).ToArray();
        yield return new("RFFT", "{}", [Real], Parts(plain));
        var longer = Enumerable.Range(0, 2).Select(row => Wave([.. LineOf(Real, row), 0, 0], new double[6], forward: true)[..4]).ToArray();
        yield return new("RFFT", """{"fft_length": 6}""", [Real], Parts(longer));
        yield return new("IRFFT", "{}", [Parts(plain)], Real);
        yield return new("IRFFT", """{"fft_length": 4}""", [Parts(plain)], Real);
    }

    private static IEnumerable<OperationFigure> Framed()
    {
        double[] signal = [1, -2, 3, 0.5, 0.25, 4, -1, 2, 1.5, -0.5];
        var window = Enumerable.Range(0, 4).Select(i => 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / 4))).ToArray();
        var mirrored = Enumerable.Range(-2, 14).Select(i => signal[i < 0 ? -i : i > 9 ? 18 - i : i]).ToArray();
        var centered = Parts([.. Enumerable.Range(0, 6).Select(frame => Wave([.. window.Select((w, i) => w * mirrored[(2 * frame) + i])], new double[4], forward: true)[..3])]);
        var bare = Parts([.. Enumerable.Range(0, 3).Select(frame => Wave([0, .. signal[((3 * frame) + 1)..((3 * frame) + 3)].Select((x, i) => x * (0.54 - (0.46 * Math.Cos(Math.PI * i)))), 0], new double[4], forward: true)[..3])]);
        var flat = Parts([.. Enumerable.Range(0, 3).Select(frame => Wave(signal[(3 * frame)..((3 * frame) + 4)], new double[4], forward: true)[..3])]);
        yield return new("STFT", """{"sequence_length": 4, "sequence_stride": 2, "fft_length": 4}""", [Row(signal)], centered);
        yield return new("STFT", """{"sequence_length": 2, "sequence_stride": 3, "fft_length": 4, "window": "hamming", "center": false}""", [Row(signal)], bare);
        yield return new("STFT", """{"sequence_length": 4, "sequence_stride": 3, "fft_length": 4, "window": null, "center": false}""", [Row(signal)], flat);
        yield return new("ISTFT", """{"sequence_length": 4, "sequence_stride": 2, "fft_length": 4}""", [centered], Row(signal));
        yield return new("ISTFT", """{"sequence_length": 4, "sequence_stride": 2, "fft_length": 4, "length": 7}""", [centered], Row(signal[..7]));
        yield return new("ISTFT", """{"sequence_length": 4, "sequence_stride": 3, "fft_length": 4, "window": null, "center": false}""", [flat], Row(signal));
    }

    private static IEnumerable<OperationFigure> Scattered()
    {
        var places = Rows([0], [2], [0]);
        yield return new("Scatter", """{"shape": [4]}""", [places, Row(1, 2, 4)], Row(5, 0, 2, 0));
        yield return new("Scatter", """{"shape": [3, 2]}""", [places, Rows([1, 2], [3, 4], [5, 6])], Rows([6, 8], [0, 0], [3, 4]));
        yield return new("Scatter", """{"shape": [2, 2]}""", [Rows([1, 0], [0, -1]), Row(7, 8)], Rows([0, 8], [7, 0]));
        yield return new("ScatterUpdate", "{}", [Row(1, 2, 3), Rows([2], [0]), Row(9, 8)], Row(8, 2, 9));
        yield return new("ScatterUpdate", """{"reduction": "add"}""", [Row(1, 2, 3), places, Row(4, 5, 6)], Row(11, 2, 8));
        yield return new("ScatterUpdate", """{"reduction": "max"}""", [Row(1, 2, 3), places, Row(4, -5, 6)], Row(6, 2, 3));
        yield return new("ScatterUpdate", """{"reduction": "min"}""", [Row(1, 2, 3), places, Row(4, -5, 6)], Row(1, 2, -5)) { Type = ScalarType.Int32 };
        yield return new("ScatterUpdate", """{"reduction": "mul"}""", [Rows([1, 2], [3, 4], [5, 6]), places, Rows([2, 3], [10, 0], [4, 5])], Rows([8, 30], [3, 4], [50, 0]));
    }

    private static IEnumerable<OperationFigure> Warped()
    {
        var image = new Numbers([2, 3, 1], 1, 2, 3, 4, 5, 6);
        yield return new("AffineTransform", "{}", [image, Row(1, 0, 1, 0, 1, 0, 0, 0)], new Numbers([2, 3, 1], 2, 3, 0, 5, 6, 0));
        yield return new("AffineTransform", """{"fill_mode": "wrap", "data_format": "channels_first"}""", [image with { Shape = [1, 2, 3] }, Row(1, 0, 1, 0, 1, 1, 0, 0)], new Numbers([1, 2, 3], 5, 6, 4, 2, 3, 1));
        yield return new("AffineTransform", """{"fill_value": 9}""", [image, Row(1, 0, -0.5, 0, 1, 0, 0, 0)], new Numbers([2, 3, 1], 5, 1.5, 2.5, 6.5, 4.5, 5.5));
        double[] corners = [0, 0, 2, 0, 0, 1, 2, 1];
        var same = new Numbers([4, 2], corners);
        var right = new Numbers([4, 2], [.. corners.Select((place, i) => i % 2 == 0 ? place + 1 : place)]);
        yield return new("PerspectiveTransform", "{}", [image, same, same], image);
        yield return new("PerspectiveTransform", """{"fill_value": 7, "interpolation": "nearest"}""", [image, same, right], new Numbers([2, 3, 1], 7, 1, 2, 7, 4, 5));
        var matrix = Rows([1, 2, 3], [4, 5, 6]);
        yield return new("MapCoordinates", """{"order": 1}""", [matrix, Rows([0, 0.5, 1], [0.5, 1, 3])], Row(1.5, 3.5, 0));
        yield return new("MapCoordinates", """{"order": 0, "fill_mode": "reflect"}""", [matrix, Rows([0.2, -1, 1], [1.1, 2, 3])], Row(2, 3, 6));
        yield return new("MapCoordinates", """{"order": 1, "fill_mode": "mirror"}""", [matrix, Rows([0, 0], [-0.5, 2.5])], Row(1.5, 2.5));
        var step = new Numbers([1, 3, 3, 1], 0, 0, 1, 0, 0, 1, 0, 0, 1);
        yield return new("SobelEdges", "{}", [step], new Numbers([1, 3, 3, 1, 2], 0, 0, 1, 3, 2, 0, 0, 0, 0, 4, 0, 0, 0, 0, -1, 3, -2, 0));
        yield return new("SobelEdges", """{"data_format": "channels_first"}""", [step with { Shape = [1, 1, 3, 3] }], new Numbers([1, 1, 3, 3, 2], 0, 0, 1, 3, 2, 0, 0, 0, 0, 4, 0, 0, 0, 0, -1, 3, -2, 0));
    }

    private static IEnumerable<OperationFigure> Scaled()
    {
        var row = Row(1, 3, 2, 6);
        Operand[] given(int length, double scale, double move) => [new Operand.Several([new Operand.Number(length, IsWhole: true)]), Known(scale), Known(move)];

        yield return new("ScaleAndTranslate", Config("linear"), [row, .. given(4, 1, 0)], row);
        yield return new("ScaleAndTranslate", Config("cubic"), [row, .. given(4, 1, 1)], Row(0, 1, 3, 2));
        yield return new("ScaleAndTranslate", Config("bilinear"), [row, .. given(3, 2, 0)], Row(1, 1.5, 2.5));
        yield return new("ScaleAndTranslate", Config("linear"), [row, .. given(2, 0.5, 0)], Row(((0.75 * 1) + (0.75 * 3) + (0.25 * 2)) / 1.75, ((0.25 * 3) + (0.75 * 2) + (0.75 * 6)) / 1.75));
        yield return new("ScaleAndTranslate", Config("linear", ", \"antialias\": false"), [row, .. given(2, 0.5, 0)], Row(2, 4));
        yield return new("ScaleAndTranslate", Config("cubic"), [row, .. given(8, 2, 0)], Numbered(8, i => Between(row.Values, (i + 0.5) / 2 - 0.5, 2, Curve)));
        foreach (var reach in new[] { 3, 5 })
        {
            yield return new("ScaleAndTranslate", Config($"lanczos{reach}"), [row, .. given(8, 2, 0)], Numbered(8, i => Between(row.Values, (i + 0.5) / 2 - 0.5, reach, far => Sinc(far) * Sinc(far / reach))));
        }

        static string Config(string method, string more = "") => $$"""{"spatial_dims": [0], "method": "{{method}}"{{more}}}""";

        static Operand Known(double number) => new Operand.Fixed(new Operand.Several([new Operand.Number(number, IsWhole: false)]), DataType.Float32);

        static Numbers Numbered(int count, Func<int, double> value) => Row([.. Enumerable.Range(0, count).Select(value)]);

        static double Between(double[] values, double place, int reach, Func<double, double> weight)
        {
            var near = Enumerable.Range(0, values.Length).Where(i => Math.Abs(i - place) < reach).ToArray();
            return near.Sum(i => values[i] * weight(Math.Abs(i - place))) / near.Sum(i => weight(Math.Abs(i - place)));
        }

        static double Curve(double x) => x < 1 ? (1.5 * x * x * x) - (2.5 * x * x) + 1 : (-0.5 * x * x * x) + (2.5 * x * x) - (4 * x) + 2;

        static double Sinc(double x) => Math.Sin(Math.PI * x) / (Math.PI * x);
    }

    private static IEnumerable<OperationFigure> Compared()
    {
        double[] one = [0.1, 0.5, 0.9, 0.3], other = [0.2, 0.4, 0.7, 0.6];
        var (mean, otherMean) = (one.Average(), other.Average());
        var (spread, otherSpread, common) = (one.Average(x => x * x) - (mean * mean), other.Average(x => x * x) - (otherMean * otherMean), one.Zip(other, (x, y) => x * y).Average() - (mean * otherMean));
        var alike = ((2 * mean * otherMean) + 1e-4) * ((2 * common) + 9e-4) / (((mean * mean) + (otherMean * otherMean) + 1e-4) * (spread + otherSpread + 9e-4));
        var (first, second) = (new Numbers([2, 2, 1], one), new Numbers([2, 2, 1], other));
        yield return new("SSIM", """{"filter_size": 2}""", [first, second], One(alike));
        yield return new("SSIM", """{"filter_size": 2, "max_val": 2.0, "k1": 0.005, "k2": 0.015, "data_format": "channels_first"}""", [first with { Shape = [1, 1, 2, 2] }, second with { Shape = [1, 1, 2, 2] }], Row(alike));
    }

    private static IEnumerable<OperationFigure> Labels()
    {
        double[][] shares = [[0.1, 0.6, 0.3], [0.5, 0.2, 0.3], [0.2, 0.5, 0.3]];
        var logs = new Numbers([1, 3, 3], [.. shares.SelectMany(row => row).Select(share => Math.Log(share))]);
        foreach (var (label, blank) in new[] { (1, 0), (2, 0), (1, 2) })
        {
            var share = Words(shares).Where(word => word.Labels(blank) is [var only] && only == label).Sum(word => word.Share);
            yield return new("CTCLoss", $$"""{"mask_index": {{blank}}}""", [Rows([label]), logs, Known(1), Known(3)], Row(-Math.Log(share)));
        }

        yield return new("CTCDecode", "{}", [logs, Known(3)], new Numbers([1, 1, 3], 1, 1, -1), Rows([-Math.Log(0.6 * 0.5 * 0.5)]));
        yield return new("CTCDecode", "{}", [logs, Known(2)], new Numbers([1, 1, 3], 1, -1, -1), Rows([-Math.Log(0.6 * 0.5)]));
        var steady = new Numbers([1, 3, 3], [.. new double[][] { shares[0], shares[0], shares[1] }.SelectMany(row => row).Select(share => Math.Log(share))]);
        yield return new("CTCDecode", """{"merge_repeated": false}""", [steady, Known(3)], new Numbers([1, 1, 3], 1, 1, -1), Rows([-Math.Log(0.6 * 0.6 * 0.5)]));
        foreach (var blank in new[] { 0, 2 })
        {
            var best = Words(shares).GroupBy(word => string.Join(' ', word.Labels(blank))).Select(group => (group.First().Labels(blank), group.Sum(word => word.Share)))
                .OrderByDescending(pair => pair.Item2).Take(2).ToArray();
            yield return new(
                "CTCDecode",
                $$"""{"strategy": "beam_search", "beam_width": 50, "top_paths": 2, "mask_index": {{blank}}}""",
                [logs, Known(3)],
                new Numbers([2, 1, 3], [.. best.SelectMany(pair => pair.Item1.Select(label => (double)label).Concat([-1, -1, -1]).Take(3))]),
                Rows([.. best.Select(pair => Math.Log(pair.Item2))]));
        }
    }

    private static IEnumerable<OperationFigure> Arrays()
    {
        var row = Row(3, 1, 2);
        yield return new("AllClose", "{}", [row, Row(3, 1, 2.00001)], One(1));
        yield return new("AllClose", """{"rtol": 1e-7}""", [row, Row(3, 1, 2.001)], One(0));
        yield return new("Argpartition", """{"kth": 1}""", [row], Row(1, 2, 0));
        yield return new("Argpartition", """{"kth": 1, "axis": null}""", [Rows([3, 1], [2, 4])], Row(1, 2, 0, 3));
        yield return new("Bincount", """{"minlength": 5}""", [Row(1, 0, 1, 3)], Row(1, 2, 0, 1, 0)) { Type = ScalarType.Int32, LengthByValues = true };
        yield return new("Bincount", "{}", [Rows([1, 1], [0, 2])], Rows([0, 2, 0], [1, 0, 1])) { Type = ScalarType.Int32, LengthByValues = true };
        yield return new("Corrcoef", "{}", [Rows([1, 2, 3], [2, 4, 6], [3, 2, 1])], Rows([1, 1, -1], [1, 1, -1], [-1, -1, 1]));
        yield return new("Correlate", "{}", [Row(1, 2, 3, 4), Row(1, 0, 2)], Row(7, 10));
        yield return new("Correlate", """{"mode": "same"}""", [Row(1, 2, 3, 4), Row(1, 0, 2)], Row(4, 7, 10, 3));
        yield return new("Correlate", """{"mode": "full"}""", [Row(1, 2, 3, 4), Row(1, 0, 2)], Row(2, 4, 7, 10, 3, 4));
        yield return new("Diag", """{"k": -1}""", [Row(1, 2)], Rows([0, 0, 0], [1, 0, 0], [0, 2, 0]));
        yield return new("Diag", """{"k": 1}""", [Rows([1, 2, 3], [4, 5, 6])], Row(2, 6));
        yield return new("Diagflat", """{"k": 1}""", [Rows([1], [2])], Rows([0, 1, 0], [0, 0, 2], [0, 0, 0]));
        yield return new("Full", """{"shape": [2, 3]}""", [row], Rows([3, 1, 2], [3, 1, 2]));
        yield return new("Full", """{"shape": [2], "dtype": "int32"}""", [One(3.7)], Row(3, 3));
        yield return new("Histogram", """{"bins": 3}""", [Row(0, 1, 1.5, 3, 2, 0.5)], Row(2, 2, 2), Row(0, 1, 2, 3));
        yield return new("Histogram", """{"bins": 2, "range": [0, 2]}""", [Row(-1, 0, 1, 2, 3)], Row(1, 2), Row(0, 1, 2));
        yield return new("Meshgrid", "{}", [Row(1, 2), Row(3, 4, 5)], Rows([1, 2], [1, 2], [1, 2]), Rows([3, 3], [4, 4], [5, 5]));
        yield return new("Meshgrid", """{"indexing": "ij"}""", [Row(1, 2), Row(3, 4, 5)], Rows([1, 1, 1], [2, 2, 2]), Rows([3, 4, 5], [3, 4, 5]));
        yield return new("Select", "{}", [new[] { Row(1, 0, 0), Row(1, 1, 0) }, new[] { Row(1, 2, 3), Row(4, 5, 6) }, 9], Row(1, 5, 9));
        yield return new("UnravelIndex", """{"shape": [2, 3]}""", [Row(0, 4, 5)], Row(0, 1, 1), Row(0, 1, 2)) { Type = ScalarType.Int32 };
        yield return new("Vander", "{}", [row], Rows([9, 3, 1], [1, 1, 1], [4, 2, 1]));
        yield return new("Vander", """{"N": 2, "increasing": true}""", [row], Rows([1, 3], [1, 1], [1, 2]));
        yield return new("LuFactor", "{}", [Rows([2, 1], [4, 4])], Rows([4, 4], [0.5, -1]), Row(1, 1));
    }

    private static IEnumerable<OperationFigure> Folded()
    {
        var image = new Numbers([1, 1, 2, 3], 1, 2, 3, 4, 5, 6);
        var columns = new Numbers([1, 4, 2], 1, 2, 2, 3, 4, 5, 5, 6);
        yield return new("Unfold", """{"kernel_size": 2}""", [image], columns);
        yield return new("Unfold", """{"kernel_size": [1, 2], "dilation": [1, 2], "padding": [1, 0], "stride": [2, 1]}""", [image], new Numbers([1, 2, 2], 0, 4, 0, 6));
        yield return new("Fold", """{"output_size": [2, 3], "kernel_size": 2}""", [columns], new Numbers([1, 1, 2, 3], 1, 4, 3, 4, 10, 6));
    }

    private static Operand.Fixed Known(int number) => new(new Operand.Several([new Operand.Number(number, IsWhole: true)]), DataType.Int32);

    /// <summary>Each way to say a class at each time, with its share.</summary>
    private static IEnumerable<Word> Words(double[][] shares) => shares.Aggregate<double[], IEnumerable<Word>>(
        [new Word([], 1)], (words, row) => words.SelectMany(word => row.Select((share, label) => new Word([.. word.Said, label], word.Share * share))));

    private static double[] LineOf(Numbers rows, int at) => rows.ToRows()[at];

    /// <summary>The sum that a Fourier transform is.</summary>
    private static Complex[] Wave(double[] real, double[] imaginary, bool forward) => Wave([.. real.Zip(imaginary, (re, im) => new Complex(re, im))], forward);

    private static Complex[] Wave(Complex[] x, bool forward) => [.. Enumerable.Range(0, x.Length).Select(k =>
        x.Select((value, i) => value * Complex.Exp(new Complex(0, (forward ? -2 : 2) * Math.PI * i * k / x.Length))).Aggregate(Complex.Zero, (sum, part) => sum + part) / (forward ? 1 : x.Length))];

    private static Complex[][] Columns(Complex[][] rows, bool forward)
    {
        var columns = Enumerable.Range(0, rows[0].Length).Select(column => Wave([.. rows.Select(row => row[column])], forward)).ToArray();
        return [.. rows.Select((_, row) => columns.Select(column => column[row]).ToArray())];
    }

    private static Numbers[] Parts(Complex[][] rows) => [Rows([.. rows.Select(row => row.Select(x => x.Real).ToArray())]), Rows([.. rows.Select(row => row.Select(x => x.Imaginary).ToArray())])];

    private sealed record Word(int[] Said, double Share)
    {
        internal int[] Labels(int blank) => [.. Said.Where((label, i) => label != blank && (i == 0 || Said[i - 1] != label))];
    }
}
