using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Benchmarks.Contests;

/// <summary>A model made of layers as an experiment file says them.</summary>
internal sealed class Network
{
    private readonly GraphBuilder _builder = new();

    internal Network(Shape input, DataType type = DataType.Float32) => Last = _builder.Input("x", new Spec(input, type), SourceSpan.Nowhere);

    /// <summary>What the last layer puts out.</summary>
    internal TensorRef Last { get; private set; }

    /// <summary>Adds layers, one after the other.</summary>
    internal Network Add(params IEnumerable<string> layers)
    {
        foreach (var layer in layers)
        {
            Join(layer, Last);
        }

        return this;
    }

    /// <summary>Adds a layer of these inputs.</summary>
    internal TensorRef Join(string layer, params TensorRef[] inputs)
    {
        var definition = Layer(layer);
        var name = _builder.FreeName(Catalog.NameOf(definition.GetType()));
        return Last = new TensorRef(_builder.Call(GraphBuilder.Add(definition, name, SourceSpan.Nowhere), name, inputs, CallOptions.None, SourceSpan.Nowhere));
    }

    /// <summary>The model with start weights.</summary>
    internal Model Build() => new("network", _builder.Build([new Port("y", Last)]), new RandomKey(1));

    /// <summary>An estimator of the model.</summary>
    internal Estimator Compile(string options)
    {
        using var model = Build();
        return new Estimator(model, Reading.Read<CompileOptions>(JsonNodes.Parse(options)), new RandomKey(1));
    }

    /// <summary>Shuffled batches of all examples, without end.</summary>
    internal static ColumnBatches Batches(Column x, Column y, int size) =>
        new([x], [y], [null], new BatchPlan { Examples = x.Count, BatchSize = size, Passes = null, Shuffle = true, RunsOn = true });

    /// <summary>A layer as an experiment file says it.</summary>
    internal static Layer Layer(string json) => Reading.Read<Layer>(JsonNodes.Parse(json));
}
