using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Pictures of clothes in MNIST's form: 60,000 to train and 10,000 to test, 28 × 28 bytes each, and their labels from 0 to 9.</summary>
/// <remarks>
/// Splits: <c>train</c>, <c>test</c>. Columns: <c>x [batch, 28, 28]</c> and <c>y [batch]</c>, both uint8.
/// Found also where Debian's package <c>dataset-fashion-mnist</c> puts it.
/// Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST" (2017; MIT).
/// </remarks>
[KerasName("fashion_mnist")]
public sealed record FashionMnist : IdxPairs
{
    private static readonly KnownFiles Where = new(
        "fashion_mnist",
        new Dictionary<string, string>
        {
            ["train-images-idx3-ubyte"] = "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            ["train-labels-idx1-ubyte"] = "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            ["t10k-images-idx3-ubyte"] = "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            ["t10k-labels-idx1-ubyte"] = "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
        new Uri("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
        "/usr/share/datasets/fashion-mnist");

    private protected override KnownFiles Known => Where;
}
