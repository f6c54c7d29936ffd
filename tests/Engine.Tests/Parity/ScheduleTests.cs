using ExperimentRunner.Engine.Optimizers.Schedules;

namespace ExperimentRunner.Engine.Tests.Parity;

public class ScheduleTests
{
    public static TheoryData<int, string> Cases => Vocabulary.Cases("schedules");

    [Theory, MemberData(nameof(Cases))]
    public void GivesTheRatesOfKeras(int at, string name)
    {
        Assert.NotEmpty(name);
        var golden = Vocabulary.Case("schedules", at);
        var schedule = Vocabulary.Read<LearningRateSchedule>(golden);
        var expected = Vocabulary.Flat(golden["values"]);
        Assert.Equal(40, expected.Length);
        for (var step = 0; step < expected.Length; step++)
        {
            Assert.Equal(expected[step], schedule.At(step), (1e-5 * expected[step]) + 1e-9);
        }
    }
}
