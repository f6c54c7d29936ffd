using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Commands;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>The models that an experiment names, files and runs: each read once, without its weights.</summary>
internal sealed class SavedModels
{
    private readonly Dictionary<string, ModelDescription?> _known = new(StringComparer.Ordinal);

    /// <summary>What a file tells; null when it cannot be read, which is told.</summary>
    internal ModelDescription? Find(FilePath file, Reading at)
    {
        if (_known.TryGetValue(file.Full, out var known))
        {
            return known;
        }

        try
        {
            return _known[file.Full] = ModelPlaces.Describe(file.Full);
        }
        catch (ModelFileException problem)
        {
            at.Fail(
                file.At,
                File.Exists(file.Full) ? $"{file.Written}: {problem.Problem}" : $"There is no file {file.Full}.",
                "a model that Keras or this program saved; a relative path starts at the experiment file");
        }
        catch (WrongCommandException problem)
        {
            at.Fail(file.At, problem.Message, "a run that has trained a model");
        }

        return _known[file.Full] = null;
    }
}
