using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Hosting;

/// <summary>How the program uses this machine, whatever the experiment: from the environment, <c>EXPERIMENTRUNNER_THREADS=2</c>.</summary>
internal sealed class ProgramOptions
{
    /// <summary>What the names of the variables begin with.</summary>
    internal const string Prefix = "EXPERIMENTRUNNER_";

    /// <summary>How many threads compute, where the experiment does not say.</summary>
    public int? Threads { get; set; }

    /// <summary>Whether other processes compute on the same cores, so that idle threads should sleep at once.</summary>
    public bool SharedCores { get; set; }

    /// <summary>How libtorch is to work for an experiment. Where data are read while they are used, the thread that does so shares the cores.</summary>
    internal TorchNativeOptions TorchFor(Experiment experiment) => new()
    {
        Threads = experiment.Runtime.Threads ?? Threads,
        SharedCores = SharedCores || experiment.Data.Values.Any(StreamingRule.LikelyStreams),
    };
}
