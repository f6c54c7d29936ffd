using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Recurrent;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;

namespace ExperimentRunner.Engine.Tests.House;

/// <summary>A layer as its own documentation writes it, and an input that it takes.</summary>
internal sealed record LayerTrial(Layer Layer, IReadOnlyList<Spec> Inputs)
{
    public const int Batch = 3;

    private static readonly RandomKey Seed = new(1);

    /// <summary>Inputs to try, the likelier first: features, sequences, images, volumes, whole numbers, text.</summary>
    private static readonly Spec[] Candidates =
    [
        new(new Shape(Batch, 6)), new(new Shape(Batch, 8, 4)), new(new Shape(Batch, 8, 8, 4)), new(new Shape(Batch, 8, 8, 8, 4)),
        new(new Shape(Batch, 4, 8, 8, 8, 4)), new(new Shape(Batch, 6), DataType.Int32), new(new Shape(Batch, 1), DataType.String),
    ];

    /// <summary>What inputs of the candidates were refused for.</summary>
    public IReadOnlyList<string> Misfits { get; private init; } = [];

    /// <summary>The inputs with their batch unknown.</summary>
    public IReadOnlyList<Spec> InputsOfAnyBatch => [.. Inputs.Select(input => input.With(input.Shape.With(0, null)))];

    /// <summary>Whether an input is text, which no tensor holds.</summary>
    public bool TakesText => Inputs.Any(input => input.Type == DataType.String);

    /// <summary>Reads a layer's example. <c>from</c> tells how many inputs it has there, <c>input_shape</c> of what shape.</summary>
    /// <param name="name">The layer.</param>
    /// <param name="axes">How many axes the inputs have, if it takes such ones.</param>
    public static LayerTrial Of(string name, int? axes = null)
    {
        var type = Catalog.Find(typeof(Layer), name)!;
        var example = Documentation.Example(type);
        var options = example is MappingNode { Entries: [var only] } ? only.Value as MappingNode : null;
        if (options is not null)
        {
            var key = ((MappingNode)example).Entries[0].Key;
            example = new MappingNode([new Entry(key, options.Without(new HashSet<string> { "from", "input_shape", "name" }))], SourceSpan.Nowhere);
        }

        var layer = Reading.Read<Layer>(example);
        Assert.True(layer.GetType() == type || typeof(IStandsFor).IsAssignableFrom(type), $"{name}'s example is read as {layer}");
        int[] counts = options?["from"] is ListNode sources ? [sources.Items.Count] : [1, 2, 3];
        Spec[] shapes = options?["input_shape"] is ListNode lengths
            ? [new Spec(new Shape([Batch, .. lengths.Items.Select(length => (long?)long.Parse(((ScalarNode)length).Text, null))]))]
            : [.. Candidates.OrderBy(candidate => candidate.Rank != axes)];
        var misfits = new List<string>();
        foreach (var count in counts)
        {
            foreach (var shape in shapes)
            {
                IReadOnlyList<Spec> inputs = [.. Enumerable.Repeat(shape, count)];
                try
                {
                    inputs = layer is Cell cell ? [shape, .. cell.States(shape).Select(state => new Spec(state))] : inputs;
                    layer.Infer(inputs, CallOptions.None);
                    using var dry = layer.Build(inputs, new BuildContext(name, Seed, dry: true));
                    return new LayerTrial(layer, inputs);
                }
                catch (ShapeException misfit)
                {
                    misfits.Add($"{string.Join(", ", inputs)}: {misfit.Message}");
                }
            }
        }

        return new LayerTrial(layer, []) { Misfits = misfits };
    }

    /// <summary>Builds the layer.</summary>
    public LayerModule Build(bool dry = false) => Layer.Build(Inputs, new BuildContext("layer", Seed, dry));

    /// <summary>Random inputs, from 0 up to 1 so that whole numbers are in any vocabulary; they take gradients if they can.</summary>
    public torch.Tensor[] MakeInputs()
    {
        return [.. Inputs.Select((input, i) =>
        {
            var shape = input.Shape.Known();
            var values = new float[shape.Aggregate((a, b) => a * b)];
            Seed.Derive(i).FillUniform(values);
            var x = torch.tensor(values, shape).to_type(input.Type.ToTorch());
            return input.Type.IsFloat() ? x.requires_grad_(true) : x;
        })];
    }

    /// <summary>Calls a module with masks, or without.</summary>
    public static IReadOnlyList<torch.Tensor> Call(LayerModule module, torch.Tensor[] inputs, bool training, torch.Tensor?[]? masks = null) =>
        module.Call(inputs, masks ?? new torch.Tensor?[inputs.Length], new Call(training, Seed));
}
