using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;

namespace ExperimentRunner.Engine.Tests.House;

/// <summary>What holds for every layer there is, found through the catalog and tried with the example of its own documentation.</summary>
public class EveryLayerTests
{
    /// <summary>Every layer but the input of a model, which is never called.</summary>
    public static TheoryData<string> Names
    {
        get
        {
            var names = Catalog.TypesOf(typeof(Layer)).Where(type => type != typeof(Input)).Select(Catalog.NameOf).ToArray();
            Assert.NotEmpty(names);
            return new TheoryData<string>(names);
        }
    }

    /// <summary>Every layer that computes with tensors; those of text have no tensor to take, and are called by tests of their own.</summary>
    public static TheoryData<string> NamesOfTensorLayers => [.. Names.Cast<object[]>().Select(row => (string)row[0]).Where(name => !TakesText(name))];

    [Theory, MemberData(nameof(Names))]
    public void SaysWhatItIs(string name)
    {
        var type = Catalog.Find(typeof(Layer), name)!;

        Assert.True(type.IsSealed);
        Assert.NotEmpty(Documentation.Summary(type));
        Assert.Contains("Source: ", Documentation.Remarks(type), StringComparison.Ordinal);
        Assert.StartsWith(name, Documentation.WrittenExample(type), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void IsWrittenAsItIsRead(string name)
    {
        var layer = LayerTrial.Of(name).Layer;
        var form = Form.Of(typeof(Layer));

        foreach (var dialect in new[] { Dialect.Experiment, Dialect.Keras })
        {
            var written = form.Write(layer, null, dialect);
            var again = Reading.Read<Layer>(written, dialect);
            Assert.Equal(Text(written), Text(form.Write(again, null, dialect)));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void DeclaresDryWhatItBuilds(string name)
    {
        using var scope = torch.NewDisposeScope();
        var trial = Tried(name);
        using var dry = trial.Build(dry: true);
        using var built = trial.Build();

        Assert.Equal(dry.AllWeights.Select(Declaration), built.AllWeights.Select(Declaration));
        Assert.All(built.AllWeights, weight => Assert.Equal(weight.Shape, weight.Value.shape));
        Assert.Distinct(built.AllWeights.Select(weight => weight.Path));
        Assert.Equal(dry.AllState.Select(state => (state.Path, string.Join(',', state.Shape))), built.AllState.Select(state => (state.Path, string.Join(',', state.Shape))));
    }

    [Theory, MemberData(nameof(NamesOfTensorLayers))]
    public void ComputesWhatItInfers(string name)
    {
        using var scope = torch.NewDisposeScope();
        var trial = Tried(name);
        using var module = trial.Build();
        var inferred = trial.Layer.Infer(trial.Inputs, CallOptions.None);
        foreach (var training in new[] { true, false })
        {
            var outputs = LayerTrial.Call(module, trial.MakeInputs(), training);
            Assert.Equal(inferred.Zip(outputs, (spec, output) => (Text(Known(spec.Shape, output)), spec.Type.ToTorch())), outputs.Select(output => (Text(output.shape), output.dtype)));
            Assert.Equal(inferred.Count, outputs.Count);
        }

        // a length that cannot be known before may be any
        static Shape Known(Shape shape, torch.Tensor output) => new([.. shape.Select((length, axis) => length ?? output.shape[axis])]);
    }

    [Theory, MemberData(nameof(NamesOfTensorLayers))]
    public void ComputesAndLearnsInBfloat16(string name)
    {
        using var scope = torch.NewDisposeScope();
        var trial = Tried(name);
        using var module = trial.Build();
        var inputs = trial.MakeInputs();
        var masks = new torch.Tensor?[inputs.Length];

        var exact = module.Call(inputs, masks, new Call(training: false, default));
        var coarse = module.Call(inputs, masks, new Call(training: false, default) { Compute = torch.ScalarType.BFloat16 });
        var learned = module.Call(inputs, masks, new Call(training: true, default) { Compute = torch.ScalarType.BFloat16 });

        foreach (var (one, other) in exact.Zip(coarse).Where(pair => pair.First.is_floating_point()))
        {
            var (most, off) = (one.abs().max().item<float>(), (one - other.to_type(torch.ScalarType.Float32)).abs().max().item<float>());
            Assert.True(off <= 0.03 * (1 + most), $"{name} is off by {off}");
        }

        foreach (var output in learned.Where(output => output.requires_grad))
        {
            output.to_type(torch.ScalarType.Float32).sum().backward(retain_graph: true);
        }

        Assert.All(module.AllWeights.Where(weight => weight.Trainable && weight.Value.grad is not null), weight => Assert.Equal(torch.ScalarType.Float32, weight.Value.grad!.dtype));
    }

    [Theory, MemberData(nameof(Names))]
    public void InfersTheSameOfAnyBatch(string name)
    {
        var trial = Tried(name);

        var known = trial.Layer.Infer(trial.Inputs, CallOptions.None);
        var unknown = trial.Layer.Infer(trial.InputsOfAnyBatch, CallOptions.None);

        Assert.Equal(known.Select(output => Text(output.Shape.With(0, null))), unknown.Select(output => Text(output.Shape)));
        Assert.Equal(known.Select(output => output.Type), unknown.Select(output => output.Type));
    }

    [Theory, MemberData(nameof(NamesOfTensorLayers))]
    public void TrainsEveryWeightThatIsLearned(string name)
    {
        using var scope = torch.NewDisposeScope();
        var trial = Tried(name);
        using var module = trial.Build();
        var inputs = trial.MakeInputs();
        var loss = LayerTrial.Call(module, inputs, training: true).Where(output => output.requires_grad).Select(output => output.square().sum()).ToArray();
        if (loss.Length == 0)
        {
            Assert.DoesNotContain(module.AllWeights, weight => weight.Learned);
            return;
        }

        loss.Aggregate((a, b) => a + b).backward();

        Assert.All(module.AllWeights.Where(weight => weight.Learned), weight => AssertFinite(weight.Value.grad, weight.Path));
        Assert.All(inputs.Where(input => input.grad is not null), input => AssertFinite(input.grad, "the input"));
        module.Freeze(true);
        Assert.DoesNotContain(module.AllWeights, weight => weight.Trainable);
    }

    [Theory, MemberData(nameof(NamesOfTensorLayers))]
    public void PutsOutTheSameForTheSameRandomKey(string name)
    {
        using var scope = torch.NewDisposeScope();
        var trial = Tried(name);
        foreach (var training in new[] { true, false })
        {
            using var one = trial.Build();
            using var other = trial.Build();
            var pairs = LayerTrial.Call(one, trial.MakeInputs(), training).Zip(LayerTrial.Call(other, trial.MakeInputs(), training));
            Assert.All(pairs, pair => Assert.True(pair.First.eq(pair.Second).all().item<bool>()));
        }
    }

    [Theory, MemberData(nameof(NamesOfTensorLayers))]
    public void TreatsMasksByItsRule(string name)
    {
        using var scope = torch.NewDisposeScope();
        var trial = Tried(name, axes: 3);
        using var module = trial.Build();
        var makes = module.GetType().GetMethod(nameof(LayerModule.OutputMasks))!.DeclaringType != typeof(LayerModule);
        Assert.True(makes || trial.Layer.Masks != MaskRule.Makes, "it says that it makes masks, and makes none");
        // A mask has the first axes of its tensor: batch and time.
        var inputs = trial.MakeInputs();
        var masks = Array.ConvertAll(inputs, input => torch.ones(input.shape[..2], torch.ScalarType.Bool));
        foreach (var mask in masks)
        {
            mask[0, -1] = torch.tensor(false);
        }

        var outputs = LayerTrial.Call(module, inputs, training: false, masks);
        var made = trial.Layer.Masks switch
        {
            MaskRule.Drops => new torch.Tensor?[outputs.Count],
            MaskRule.Passes => [masks[0], .. new torch.Tensor?[outputs.Count - 1]],
            _ => module.OutputMasks(inputs, masks, outputs.Count),
        };
        Assert.Equal(outputs.Count, made.Count);
        foreach (var (output, mask) in outputs.Zip(made).Where(pair => pair.Second is not null))
        {
            Assert.Equal(torch.ScalarType.Bool, mask!.dtype);
            Assert.Equal(Text(output.shape[..(int)mask.dim()]), Text(mask.shape));
        }
    }

    private static bool TakesText(string name)
    {
        try
        {
            return LayerTrial.Of(name).TakesText;
        }
        catch (Exception broken) when (broken is ConfigException or Xunit.Sdk.XunitException)
        {
            return false; // its own case tells
        }
    }

    private static LayerTrial Tried(string name, int? axes = null)
    {
        var trial = LayerTrial.Of(name, axes);
        Assert.True(trial.Inputs.Count > 0, $"{name} takes none of the inputs tried:\n{string.Join('\n', trial.Misfits)}");
        return trial;
    }

    private static void AssertFinite(torch.Tensor? gradient, string of)
    {
        Assert.True(gradient is not null, $"{of} has no gradient");
        Assert.True(gradient.isfinite().all().item<bool>(), $"{of} has a gradient that is not finite");
    }

    private static (string Path, string Shape, bool Learned) Declaration(Weight weight) => (weight.Path, string.Join(',', weight.Shape), weight.Learned);

    private static string Text(IEnumerable<long> shape) => string.Join(", ", shape);

    private static string Text(Shape shape) => string.Join(", ", shape.Select(length => length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"));

    private static string Text(Node node) => node switch
    {
        MappingNode mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{entry.Name}: {Text(entry.Value)}"))}}}",
        ListNode list => $"[{string.Join(", ", list.Items.Select(Text))}]",
        ScalarNode scalar => scalar.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };
}
