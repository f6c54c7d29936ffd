namespace ExperimentRunner.Engine.Saving.Onnx;

/// <summary>One operator of an ONNX graph.</summary>
/// <param name="Operator">The operator's name.</param>
/// <param name="Name">The node's own name.</param>
/// <param name="Inputs">The names of what goes in; an empty one is left out.</param>
/// <param name="Outputs">The names of what comes out.</param>
/// <param name="Attributes">Options: <c>long</c>, <c>float</c>, <c>string</c>, or lists of them.</param>
internal sealed record OnnxNode(
    string Operator, string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<(string Name, object Value)> Attributes)
{
    /// <summary>The set of operators that it is from, where that is not ONNX's own.</summary>
    internal string? Domain => Operator == "LabelEncoder" ? OnnxFile.DictionaryDomain : null;
}
