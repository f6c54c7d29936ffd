using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Handwritten digits: 60,000 to train and 10,000 to test, 28 × 28 bytes each, and their labels from 0 to 9.</summary>
/// <remarks>
/// Splits: <c>train</c>, <c>test</c>. Columns: <c>x [batch, 28, 28]</c> and <c>y [batch]</c>, both uint8.
/// Source: LeCun, Cortes and Burges, "The MNIST database" (CC BY-SA 3.0).
/// </remarks>
[KerasName("mnist")]
public sealed record Mnist : IdxPairs
{
    private static readonly KnownFiles Where = new(
        "mnist",
        new Dictionary<string, string>
        {
            ["train-images-idx3-ubyte"] = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            ["train-labels-idx1-ubyte"] = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            ["t10k-images-idx3-ubyte"] = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            ["t10k-labels-idx1-ubyte"] = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
        new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/"));

    private protected override KnownFiles Known => Where;
}
