using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Optimizers.Schedules;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>
/// The places where one named thing is expected, such as an optimizer: there a mapping of one key is a name with its options,
/// and laid over another it merges only where the name is the same.
/// </summary>
internal static class NamedThings
{
    /// <summary>The kind of thing that a place takes, by the names that lead to it; null for any other place.</summary>
    internal static Type? KindAt(IReadOnlyList<string> path) => path switch
    {
        [.., "compile", "optimizer"] or [.., "inner_optimizer"] => typeof(Optimizer),
        [.., "learning_rate"] or [.., "LearningRateScheduler", "schedule"] => typeof(LearningRateSchedule),
        [.., "compile", "loss"] or [.., "compile", "loss", _] => typeof(Loss),
        [.., "compile", "metrics" or "weighted_metrics", _] => typeof(Metric),
        _ => null,
    };

    /// <summary>Whether a mapping of one key at a place of this kind is always a name; a mapping of losses may be losses by output.</summary>
    internal static bool AreAlwaysThings(Type kind) => kind == typeof(Optimizer) || kind == typeof(LearningRateSchedule);

    /// <summary>Whether each item of a list at this place is one named thing: a layer, a callback, a metric, a step.</summary>
    internal static bool AreItemsOf(IReadOnlyList<string> path) => path is
        [.., "layers" or "callbacks" or "metrics" or "weighted_metrics" or "run" or "exporters" or "hooks"]
        or [.., "metrics" or "weighted_metrics", _]
        or ["data", _, "transform", _];

    /// <summary>
    /// The name and options of what stands at such a place: <c>adam</c> has no options, and <c>{main: mse}</c> where a loss is
    /// due is no thing but losses by output.
    /// </summary>
    internal static Entry? In(Node node, Type kind) => node switch
    {
        ScalarNode { IsNull: false } name => new Entry(name, new ScalarNode("", quoted: false, name.At)),
        MappingNode { Entries: [var only] } when AreAlwaysThings(kind) || Catalog.Find(kind, only.Name) is not null => only,
        _ => null,
    };

    /// <summary>Whether two names call the same thing: <c>adam</c> and <c>Adam</c> do.</summary>
    internal static bool AreSame(Type kind, string one, string other) =>
        one == other || (Catalog.Find(kind, one) is { } type && type == Catalog.Find(kind, other));
}
