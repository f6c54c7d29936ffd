namespace ExperimentRunner.Engine.Inputs;

/// <summary>Data cannot be read, or do not fit what is asked of them.</summary>
public sealed class DataException : Exception
{
    /// <summary>Data cannot be read, or do not fit what is asked of them.</summary>
    /// <param name="message">What is wrong, with the file's name; a sentence for people.</param>
    /// <param name="cause">What was seen, if anything was thrown.</param>
    public DataException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
