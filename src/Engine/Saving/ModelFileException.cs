namespace ExperimentRunner.Engine.Saving;

/// <summary>A file of a model that cannot be read or written: the one exception of this folder.</summary>
/// <param name="file">The file, as its user named it.</param>
/// <param name="problem">What is the matter: a sentence.</param>
/// <param name="cause">What led to it, where there is more to know.</param>
public sealed class ModelFileException(string file, string problem, Exception? cause = null) : Exception($"{file}: {problem}", cause)
{
    /// <summary>The file, as its user named it.</summary>
    public string File { get; } = file;

    /// <summary>What is the matter: a sentence.</summary>
    public string Problem { get; } = problem;
}

/// <summary>Something is wrong inside a file; whoever opened it adds which file.</summary>
/// <param name="problem">A sentence.</param>
internal sealed class FileProblem(string problem) : Exception(problem);
