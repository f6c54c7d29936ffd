using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using TorchSharp;
using Xunit.Abstractions;
using static TorchSharp.torch;
namespace ExperimentRunner.Engine.Tests.Parity;
public class TmpDebug(ITestOutputHelper o)
{
    [Fact]
    public void X()
    {
        using var scope = NewDisposeScope();
        var g = GoldenCases.Open("fit", "terminate_on_nan"); var golden = g.Json("case.json");
        using var folder = g.Extract();
        using var initial = ModelFile.Load(folder.Of("initial.h5"));
        var data = Npz.Read(folder.Of("data.npz"));
        using var trainer = new Trainer(initial.Model, Reading.Read<CompileOptions>(JsonNodes.Parse(golden["compile"]!.ToJsonString())), default);
        using var m = new Measures(trainer.Objective, LossMean.OverExamples);
        for (var s = 0; s < 2; s++)
        {
            var x = data["x"].narrow(0, s * 8, 8); var y = data["y"].narrow(0, s * 8, 8);
            using (no_grad()) { var p = initial.Model.Call([x], new Call(training: false, default))[0];
            o.WriteLine(p.to_type(ScalarType.Float64).ToString(TorchSharp.TensorStringStyle.Numpy)); o.WriteLine(y.ToString(TorchSharp.TensorStringStyle.Numpy)); o.WriteLine(p.argmax(-1).ToString(TorchSharp.TensorStringStyle.Numpy)); }
            using (no_grad()) { var p = initial.Model.Call([x], new Call(training: false, default))[0]; o.WriteLine("P " + string.Join(" ", p.data<float>().ToArray())); o.WriteLine("T " + string.Join(" ", y.argmax(-1).data<long>().ToArray())); o.WriteLine("A " + string.Join(" ", p.argmax(-1).data<long>().ToArray()));  o.WriteLine("V " + string.Join(" ", data["yv"].argmax(-1).data<long>().ToArray())); }
            trainer.TrainStep(s, new ModelBatch([x], [y], [null], 8), m);
            o.WriteLine(string.Join(",", m.Read()));
        }
        foreach (var w in initial.Model.Weights) o.WriteLine(w.Path + w.Value.ToString(TorchSharp.TensorStringStyle.Numpy));
        foreach (var l in initial.Model.Graph.Layers) o.WriteLine(l.ToString());
    }
}
