using System.Text.RegularExpressions;

namespace ExperimentRunner.Engine.Graphs;

/// <summary>Names layers as Keras does when nobody names them.</summary>
public static partial class LayerNames
{
    /// <summary><c>MaxPooling2D</c> becomes <c>max_pooling2d</c>, <c>PReLU</c> becomes <c>p_re_lu</c>.</summary>
    public static string FromClass(string className) =>
        BeforeCapital().Replace(BeforeWord().Replace(className, "$1_$2"), "$1_$2").ToLowerInvariant();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex BeforeWord();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex BeforeCapital();
}
