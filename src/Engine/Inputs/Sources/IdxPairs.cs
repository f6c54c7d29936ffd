using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>A source of the four files of MNIST's form: pictures and labels, to train and to test. Found by name, never by a path in the file.</summary>
public abstract record IdxPairs : DataSource
{
    private const string Test = "test";

    /// <summary>Where the files are kept, and what they hold.</summary>
    private protected abstract KnownFiles Known { get; }

    /// <inheritdoc/>
    public override DataDescription Describe(bool readHeaders = false)
    {
        if (readHeaders)
        {
            _ = Files; // so that a missing one is told, or fetched
        }

        return new DataDescription(new Dictionary<string, SplitDescription> { [Train] = Pictures(60_000), [Test] = Pictures(10_000) });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => [.. Known.Sha256.Keys.Select(Find)];

    /// <inheritdoc/>
    public override Dataset Read(RandomKey seed) => new(new Dictionary<string, IReadOnlyDictionary<string, Column>>
    {
        [Train] = Pair("train"),
        [Test] = Pair("t10k"),
    });

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, RowTable> Open(RandomKey seed)
    {
        return new Dictionary<string, RowTable> { [Train] = Rows("train"), [Test] = Rows("t10k") };

        IdxRows Rows(string prefix)
        {
            using var pair = new Dataset(new Dictionary<string, IReadOnlyDictionary<string, Column>> { [prefix] = Pair(prefix) }); // so that another file is told
            return IdxRows.Of(Find(Images(prefix)), Find(Labels(prefix)));
        }
    }

    private static string Images(string prefix) => $"{prefix}-images-idx3-ubyte";

    private static string Labels(string prefix) => $"{prefix}-labels-idx1-ubyte";

    private static SplitDescription Pictures(long count) => new(
        new Dictionary<string, Spec?>
        {
            ["x"] = new(Shape.OfBatch(28, 28), DataType.UInt8),
            ["y"] = new(Shape.OfBatch(), DataType.UInt8),
        },
        count);

    private Dictionary<string, Column> Pair(string prefix)
    {
        using var scope = NewDisposeScope();
        return new Dictionary<string, Column>
        {
            ["x"] = Column.Of(One(Images(prefix))),
            ["y"] = Column.Of(One(Labels(prefix))),
        };
    }

    private Tensor One(string name) => IdxFile.Read(Find(name), Known.Sha256[name]);

    private string Find(string name) => Known.Find(name, At.Source.Folder);
}
