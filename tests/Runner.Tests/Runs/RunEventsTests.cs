using System.Text;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Runs;

public class RunEventsTests
{
    private const int WallTime = 1, Step = 2, Summary = 5, SessionLog = 7; // of an event
    private const int Tag = 1, SimpleValue = 2, Metadata = 9; // of a summary's value

    [Fact]
    public void ARunLeavesTheSameMeasurementsForTensorBoard()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program);

        var events = EventRecords.Read(Assert.Single(Events(folder)));

        Assert.Equal(ScalarsOf(Measurement.ReadAll(Path.Combine(folder, "metrics.jsonl"))), ScalarsOf(events));
        Assert.Contains(ScalarsOf(events), one => one.Tag == "evaluate/accuracy" && one.Step == 25);
        Assert.All(events, one => Assert.InRange(one.Double(WallTime), events[0].Double(WallTime) - 60, events[0].Double(WallTime) + 600));
        var begin = events.First(one => one.Has(Summary)).In(Summary).In(1).In(Metadata).In(1).In(2).In(3);
        var settings = begin.All(1).ToDictionary(entry => entry.Text(1), entry => entry.In(2));
        Assert.Equal(0.05, settings["compile.optimizer.learning_rate"].Double(2));
        Assert.Equal(1, settings["input_fns.train.shuffle"].Whole(4));
        Assert.Equal("relu", settings["model.layers[0].activation"].Text(3));
        Assert.Equal("_hparams_/session_end_info", events[^1].In(Summary).In(1).Text(Tag));
    }

    [Fact]
    public void ANewFileAfterAResumeSaysEverythingOnce()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program);
        var before = Assert.Single(Events(folder));
        var metrics = Path.Combine(folder, "metrics.jsonl");
        var lines = File.ReadAllLines(metrics);
        File.WriteAllLines(metrics, lines[..2]); // a resume cuts it back to its checkpoint

        using (var events = new RunEvents(new RunFolder(folder), folder, TimeProvider.System))
        {
            events.Add(Measurement.Parse(Encoding.UTF8.GetBytes(lines[2]))!);
        }

        var after = Assert.Single(Events(folder));
        Assert.NotEqual(before, after);
        var read = EventRecords.Read(after);
        Assert.Equal(1, read[1].In(SessionLog).Whole(1)); // START of step 0: what a reader has from the old file is forgotten
        Assert.Equal(ScalarsOf(lines[..3].Select(line => Measurement.Parse(Encoding.UTF8.GetBytes(line))!)), ScalarsOf(read));
    }

    private static string[] Events(string folder) => Directory.GetFiles(folder, "events.out.tfevents.*");

    private static List<(string Tag, long Step, float Value)> ScalarsOf(IEnumerable<Measurement> measurements) =>
        [.. measurements.SelectMany(one => one.Values.Select(value => (one.CurveOf(value.Key), one.Step, (float)value.Value)))];

    private static List<(string Tag, long Step, float Value)> ScalarsOf(IEnumerable<EventRecords.Message> events) =>
        [.. events.Where(one => one.Has(Summary)).Select(one => (one, Value: one.In(Summary).In(1))).Where(pair => pair.Value.Has(SimpleValue))
            .Select(pair => (pair.Value.Text(Tag), pair.one.Whole(Step), pair.Value.Float(SimpleValue)))];
}
