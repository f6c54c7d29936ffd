using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Optimizers.Schedules;

namespace ExperimentRunner.Engine.Tests.Parity;

public class ScheduleParityTests
{
    private static readonly JsonArray Cases = JsonNode.Parse(GoldenCases.Bytes("vocabulary/schedules.json"))!.AsArray();

    public static TheoryData<int, string> All()
    {
        var all = new TheoryData<int, string>();
        for (var i = 0; i < Cases.Count; i++)
        {
            all.Add(i, $"{Cases[i]!["name"]} {Cases[i]!["config"]!.ToJsonString()}");
        }

        return all;
    }

    [Theory, MemberData(nameof(All))]
    public void TheRateOfEveryStepIsKeras(int number, string name)
    {
        Assert.NotEmpty(name);
        var golden = Cases[number]!;
        var schedule = Reading.Read<LearningRateSchedule>(
            JsonNodes.Parse(new JsonObject { ["class_name"] = golden["name"]!.DeepClone(), ["config"] = golden["config"]!.DeepClone() }.ToJsonString()),
            Dialect.Keras);
        var values = golden["values"]!.AsArray();
        Assert.Equal(40, values.Count);
        for (var step = 0; step < values.Count; step++)
        {
            var expected = (double)values[step]!;
            Assert.InRange(schedule.At(step), expected - (1e-5 * expected) - 1e-9, expected + (1e-5 * expected) + 1e-9);
        }
    }
}
