namespace ExperimentRunner.Runner.Commands;

/// <summary>The command line asks for what cannot be: said in a sentence, with exit code 2.</summary>
/// <param name="message">What is wrong: a sentence.</param>
/// <param name="cause">What led to it, where there is more to know.</param>
internal sealed class WrongCommandException(string message, Exception? cause = null) : Exception(message, cause);
