namespace ExperimentRunner.Engine.Saving.Onnx;

/// <summary>A model holds something that ONNX cannot say, or that is not said in it here.</summary>
/// <param name="message">What, in a sentence for people.</param>
public sealed class OnnxException(string message) : Exception(message);
