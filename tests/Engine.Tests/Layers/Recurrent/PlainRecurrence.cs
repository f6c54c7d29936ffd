using ExperimentRunner.Engine.Layers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Recurrent;

/// <summary>Keras's recurrent layers once more, number by number, after their equations.</summary>
internal sealed class PlainRecurrence
{
    private readonly string _kind;
    private readonly double[,] _kernel;
    private readonly double[,] _recurrent;
    private readonly double[] _bias;
    private readonly int _units;

    /// <param name="kind"><c>simple</c>, <c>lstm</c>, <c>gru</c> or <c>gru_before</c>.</param>
    /// <param name="weights">Kernel, recurrent kernel, perhaps a bias.</param>
    public PlainRecurrence(string kind, IReadOnlyList<Weight> weights)
    {
        _kind = kind;
        _kernel = Matrix(weights[0].Value);
        _recurrent = Matrix(weights[1].Value);
        _units = _recurrent.GetLength(0);
        _bias = weights.Count > 2 ? Flat(weights[2].Value) : new double[2 * _recurrent.GetLength(1)];
    }

    /// <summary>Walks along sequences: <c>[batch, time, units]</c>, and the last states.</summary>
    public (Tensor Outputs, Tensor[] States) Run(Tensor x, bool[,]? mask, bool backwards, bool zeros, Tensor[]? initial)
    {
        var (batch, time, features) = ((int)x.shape[0], (int)x.shape[1], (int)x.shape[2]);
        var (input, outputs) = (Flat(x), new double[batch * time * _units]);
        var states = Enumerable.Range(0, _kind == "lstm" ? 2 : 1).Select(i => initial is null ? new double[batch * _units] : Flat(initial[i])).ToArray();
        for (var b = 0; b < batch; b++)
        {
            var own = states.Select(state => state[(b * _units)..((b + 1) * _units)]).ToArray();
            var last = new double[_units];
            for (var step = 0; step < time; step++)
            {
                var t = backwards ? time - 1 - step : step;
                if (mask is null || mask[b, t])
                {
                    own = Step(input[(((b * time) + t) * features)..(((b * time) + t + 1) * features)], own);
                    last = own[0];
                }
                else if (zeros)
                {
                    last = new double[_units];
                }

                last.CopyTo(outputs, ((b * time) + step) * _units);
            }

            for (var i = 0; i < states.Length; i++)
            {
                own[i].CopyTo(states[i], b * _units);
            }
        }

        return (Tensor32(outputs, batch, time, _units), [.. states.Select(state => Tensor32(state, batch, _units))]);
    }

    private double[][] Step(double[] x, double[][] states)
    {
        var h = states[0];
        var next = new double[_units];
        switch (_kind)
        {
            case "simple":
                for (var u = 0; u < _units; u++)
                {
                    next[u] = Math.Tanh(Dot(x, _kernel, u) + Dot(h, _recurrent, u) + _bias[u]);
                }

                return [next];
            case "lstm":
                var carry = new double[_units];
                for (var u = 0; u < _units; u++)
                {
                    double Gate(int gate) => Dot(x, _kernel, (gate * _units) + u) + Dot(h, _recurrent, (gate * _units) + u) + _bias[(gate * _units) + u];
                    carry[u] = (Sigmoid(Gate(1)) * states[1][u]) + (Sigmoid(Gate(0)) * Math.Tanh(Gate(2)));
                    next[u] = Sigmoid(Gate(3)) * Math.Tanh(carry[u]);
                }

                return [next, carry];
            default:
                var resets = Enumerable.Range(0, _units).Select(u => Sigmoid(Gates(x, h, _units + u))).ToArray();
                var held = h.Zip(resets, (value, reset) => value * reset).ToArray();
                for (var u = 0; u < _units; u++)
                {
                    var at = (2 * _units) + u;
                    var candidate = Math.Tanh(_kind == "gru"
                        ? Dot(x, _kernel, at) + _bias[at] + (resets[u] * (Dot(h, _recurrent, at) + _bias[(3 * _units) + at]))
                        : Dot(x, _kernel, at) + _bias[at] + Dot(held, _recurrent, at));
                    var update = Sigmoid(Gates(x, h, u));
                    next[u] = (update * h[u]) + ((1 - update) * candidate);
                }

                return [next];
        }
    }

    private double Gates(double[] x, double[] h, int at) =>
        Dot(x, _kernel, at) + Dot(h, _recurrent, at) + _bias[at] + (_kind == "gru" ? _bias[(3 * _units) + at] : 0);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Dot(double[] row, double[,] matrix, int column)
    {
        var sum = 0.0;
        for (var i = 0; i < row.Length; i++)
        {
            sum += row[i] * matrix[i, column];
        }

        return sum;
    }

    private static double[,] Matrix(Tensor values)
    {
        var (flat, columns) = (Flat(values), (int)values.shape[1]);
        var matrix = new double[values.shape[0], columns];
        for (var i = 0; i < flat.Length; i++)
        {
            matrix[i / columns, i % columns] = flat[i];
        }

        return matrix;
    }

    private static double[] Flat(Tensor values) => values.detach().to_type(float64).contiguous().data<double>().ToArray();

    private static Tensor Tensor32(double[] values, params long[] shape) => tensor(Array.ConvertAll(values, value => (float)value), shape);
}
