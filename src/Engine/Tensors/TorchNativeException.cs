namespace ExperimentRunner.Engine.Tensors;

/// <summary>libtorch cannot be used on this machine; the message says why and what to do.</summary>
public sealed class TorchNativeException(string message, Exception? cause = null) : Exception(message, cause);
