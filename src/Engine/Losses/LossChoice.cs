using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Losses;

/// <summary>
/// A loss as <c>compile</c> takes it: by a word, or with options. The words <c>crossentropy</c> and <c>ce</c> leave the choice
/// to the shapes of predictions and targets.
/// </summary>
/// <remarks>Source: Keras 3, <c>keras/src/trainers/compile_utils.py</c>.</remarks>
/// <param name="Word">The word that was written, or null.</param>
/// <param name="Loss">The loss, or null when the shapes choose.</param>
[Form<LossChoiceForm>]
public sealed record LossChoice(string? Word, Loss? Loss)
{
    /// <summary>The loss for an output.</summary>
    /// <param name="prediction">The shape of the predictions.</param>
    /// <param name="target">The shape of the targets, which may have an axis of length 1 more or less.</param>
    public Loss For(Shape prediction, Shape target) => Loss ?? ShapeChoice.Of(prediction, target) switch
    {
        ShapeChoice.Kind.Binary => new BinaryCrossentropy(),
        ShapeChoice.Kind.Sparse => new SparseCategoricalCrossentropy(),
        _ => new CategoricalCrossentropy(),
    };

    /// <summary>Whether the shapes choose what a word stands for.</summary>
    internal static bool IsByShape(string word) =>
        word.Equals("crossentropy", StringComparison.OrdinalIgnoreCase) || word.Equals("ce", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A word, or a loss with options; in Keras's JSON also a function in its wrapper.</summary>
internal sealed class LossChoiceForm : Form
{
    private readonly Form _loss = Of(typeof(Loss));

    public override string Expected => _loss.Expected;

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(_loss.Describe(book, limits), new JsonObject { ["enum"] = new JsonArray("crossentropy", "ce") });

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        var word = (node as ScalarNode)?.Text;
        if (word is not null && LossChoice.IsByShape(word))
        {
            value = new LossChoice(word, null);
            return true;
        }

        if (!_loss.TryRead(FunctionWrapper.Unwrap(node, "LossFunctionWrapper", reading.Dialect), reading, out var loss))
        {
            return false;
        }

        value = new LossChoice(word, (Loss)loss!);
        return true;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => (LossChoice)value! is { Word: { } word }
        ? new ScalarNode(word, quoted: true, source?.At ?? SourceSpan.Nowhere)
        : _loss.Write(((LossChoice)value!).Loss, source, dialect);
}
