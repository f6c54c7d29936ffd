using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs.Transforms;

/// <summary>What is done to a column, in order, with all that it learned from data: enough to do the same to new data.</summary>
/// <param name="layers">The layers.</param>
public sealed class FittedTransforms(IReadOnlyList<Layer> layers)
{
    private static readonly Form Written = Form.Of(typeof(Transform));

    /// <summary>The layers.</summary>
    public IReadOnlyList<Layer> Layers => layers;

    /// <summary>A column of new values, to whose batches the same is done.</summary>
    /// <param name="values">The values as they are in a file; the first axis is the examples. The column owns them from now on.</param>
    /// <exception cref="DataException">They are not such values as the layers take.</exception>
    public Column Apply(ArrayValues values) => Apply(Column.Of(values));

    /// <summary>A column of new values, with the same done to its batches.</summary>
    /// <param name="column">The values as they are in a file.</param>
    /// <exception cref="DataException">They are not such values as the layers take.</exception>
    public Column Apply(Column column)
    {
        foreach (var layer in layers)
        {
            try
            {
                column = column.With(layer);
            }
            catch (ShapeException misfit)
            {
                throw new DataException($"A transform does not fit the data: {DatasetLoader.NameOf(layer)} {misfit.Message}.", misfit);
            }
        }

        return column;
    }

    /// <summary>The layers as they stand in an experiment file.</summary>
    public JsonArray ToJson() => new([.. layers.Select(layer => Json.FromNode(Written.Write(new Transform(layer, SourceSpan.Nowhere), null, Dialect.Experiment)))]);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="ConfigException">It is something else.</exception>
    public static FittedTransforms FromJson(JsonArray json) => new([.. Reading.Read<IReadOnlyList<Transform>>(Json.ToNode(json, SourceSpan.Nowhere)).Select(transform => transform.Layer)]);
}
