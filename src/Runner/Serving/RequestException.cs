namespace ExperimentRunner.Runner.Serving;

/// <summary>A request asks for what cannot be: said in a sentence, with its place.</summary>
/// <param name="message">What is wrong: a sentence.</param>
/// <param name="cause">What led to it, where there is more to know.</param>
internal sealed class RequestException(string message, Exception? cause = null) : Exception(message, cause);
