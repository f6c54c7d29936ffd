using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>A figure that is gathered over batches, as Keras gathers it. This is its definition; <see cref="Start"/> begins to gather.</summary>
public abstract record Metric
{
    /// <summary>The name under which the figure is logged; null is the class's own.</summary>
    public string? Name { get; init; }

    /// <summary>The type of what is gathered; null is the class's own. It matters to the IoU family, which counts in whole numbers.</summary>
    public DtypePolicy? Dtype { get; init; }

    /// <summary>The name when nothing else is said: Keras's default.</summary>
    [NotAnOption]
    public virtual string DefaultName => SnakeCase.From(Catalog.NameOf(GetType()));

    /// <summary>Which direction is better; null where neither is.</summary>
    [NotAnOption]
    public virtual bool? HigherIsBetter => null;

    /// <summary>Begins to gather.</summary>
    public abstract MetricState Start();
}
