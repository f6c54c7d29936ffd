using System.Security.Cryptography;
using System.Text;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>Pictures in folders, each read when it is asked for; only their names are held.</summary>
/// <param name="folder">The folder.</param>
/// <param name="pictures">The pictures in order, each with the number of its class.</param>
/// <param name="columns">Shape and type of <c>x</c>, and of <c>y</c> where there are labels.</param>
/// <param name="read">Reads a picture, in the caller's scope.</param>
/// <param name="label">Makes labels of numbers of classes.</param>
internal sealed class PictureRows(
    string folder, IReadOnlyList<(string Path, int Class)> pictures, IReadOnlyDictionary<string, Spec> columns, Func<string, Tensor> read, Func<int[], Spec, Tensor> label) : RowTable
{
    private const string X = "x";

    internal override IReadOnlyDictionary<string, Spec> Columns => columns;

    internal override long Count => pictures.Count;

    internal override bool ReadsAnywhere => true;

    internal override bool ShufflesWhole => true;

    internal override IEnumerable<KeyValuePair<string, string>> Digests => [KeyValuePair.Create(folder, Digest())];

    internal override RowReader Open(IReadOnlyList<string> names) => new Reader(pictures, columns, names, read, label);

    /// <summary>The SHA-256 of a line for each picture: its name below the folder, and its length.</summary>
    private string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, _) in pictures)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{Path.GetRelativePath(folder, path)} {new FileInfo(path).Length}\n")));
        }

        return $"sha256-of-names:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private sealed class Reader(
        IReadOnlyList<(string Path, int Class)> pictures, IReadOnlyDictionary<string, Spec> columns, IReadOnlyList<string> names, Func<string, Tensor> read, Func<int[], Spec, Tensor> label) : RowReader
    {
        internal override ArrayValues[] Read(long start, int length) => Of([.. Enumerable.Range((int)start, length)]);

        internal override ArrayValues[] Take(ReadOnlySpan<long> rows) => Of(Array.ConvertAll(rows.ToArray(), row => (int)row));

        public override void Dispose()
        {
        }

        private ArrayValues[] Of(int[] rows) => [.. names.Select(name => new ArrayValues(name == X ? Pictures(rows) : label(Array.ConvertAll(rows, row => pictures[row].Class), columns[name])))];

        private Tensor Pictures(int[] rows)
        {
            var x = empty([rows.Length, .. columns[X].Shape.Slice(1, columns[X].Rank - 1).Known()], ScalarType.Float32);
            var damaged = new DataException?[rows.Length];
            Parallel.For(0, rows.Length, i =>
            {
                try
                {
                    using var scope = NewDisposeScope();
                    using var _ = no_grad();
                    x.narrow(0, i, 1).copy_(read(pictures[rows[i]].Path));
                }
                catch (DataException error)
                {
                    damaged[i] = error;
                }
            });
            return Array.Find(damaged, error => error is not null) is { } first ? throw first : x;
        }
    }
}
