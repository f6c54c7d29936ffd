namespace ExperimentRunner.Engine.Definitions;

/// <summary>
/// A function that Keras made into a loss or metric, as its files have it: <c>{class_name: MeanMetricWrapper, config: {name:
/// accuracy, fn: categorical_accuracy}}</c>, or <c>{class_name: function, config: mean_squared_error}</c>.
/// </summary>
internal static class FunctionWrapper
{
    /// <summary>The function's own name in place of the wrapper's; anything else as it is.</summary>
    internal static Node Unwrap(Node node, string wrapper, Dialect dialect)
    {
        if (dialect != Dialect.Keras || node is not MappingNode mapping || mapping["class_name"] is not ScalarNode name)
        {
            return node;
        }

        if (name.Text == "function" && mapping["config"] is ScalarNode function)
        {
            return function;
        }

        if (name.Text != wrapper || mapping["config"] is not MappingNode config || config["fn"] is not { } fn)
        {
            return node;
        }

        return Unwrap(fn, wrapper, dialect) is not ScalarNode inner ? node : new MappingNode(
            [
                new Entry(new ScalarNode("class_name", quoted: true, node.At), inner),
                new Entry(new ScalarNode("config", quoted: true, node.At), config.Without(new HashSet<string> { "fn" })),
            ],
            node.At);
    }
}
