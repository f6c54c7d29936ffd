namespace ExperimentRunner.Engine.Definitions;

/// <summary>Options with rules that bind several of them: what no single option's limit can say.</summary>
public interface IChecked
{
    /// <summary>What is wrong with these options together; nothing where all is well. Asked when each option by itself is right.</summary>
    IEnumerable<OptionMistake> FindMistakes();
}

/// <summary>What is wrong with an option beside others.</summary>
/// <param name="Option">The option to point at, by its name in files.</param>
/// <param name="Problem">A sentence in the file's words.</param>
/// <param name="Expected">What would be right.</param>
public sealed record OptionMistake(string Option, string Problem, string Expected);
