using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Engine.Tests.Callbacks;

/// <summary>Puts values of its own in the place of a figure, epoch by epoch, so that callbacks after it see a known course.</summary>
internal sealed class Scripted(string name, params double[] values) : TrainingListener
{
    public override void EpochEnd(Logs logs) => logs[name] = values[Math.Min(Training.Epoch, values.Length - 1)];
}

/// <summary>Writes down what it is told, in order.</summary>
internal sealed class Diary : TrainingListener
{
    internal List<string> Lines { get; } = [];

    public override void TrainBegin() => Lines.Add("train begins");

    public override void EpochBegin() => Lines.Add($"epoch {Training.Epoch} begins");

    public override void BatchEnd() => Lines.Add($"step {Training.Step}");

    public override void TestBegin() => Lines.Add("test begins");

    public override void TestEnd(Logs logs) => Lines.Add("test ends");

    public override void EpochEnd(Logs logs) => Lines.Add($"epoch {Training.Epoch} ends with {string.Join(", ", logs.Keys)}");

    public override void TrainEnd() => Lines.Add("train ends");
}
