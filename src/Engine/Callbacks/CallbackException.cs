namespace ExperimentRunner.Engine.Callbacks;

/// <summary>A callback was asked for something that it cannot do in this training, or ends it as a failure.</summary>
/// <param name="message">What, in a sentence for people.</param>
public sealed class CallbackException(string message) : Exception(message);
