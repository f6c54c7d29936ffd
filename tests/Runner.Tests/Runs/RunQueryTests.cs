using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Runs.Querying;

namespace ExperimentRunner.Runner.Tests.Runs;

public class RunQueryTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 3, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("status = done")]
    [InlineData("status=done and max(val_accuracy) > 0.7 and model has Dropout and optimizer = Adam")]
    [InlineData("not status = failed")]
    [InlineData("status = failed or (units = 8 and seed in (1, 2))")]
    [InlineData("learning_rate <= 1/100 and compile.optimizer.Adam.learning_rate = 1e-2")]
    [InlineData("optimizer = 'adam' and optimizer != sgd")]
    [InlineData("callbacks has EarlyStopping and metrics has accuracy and not model has LSTM")]
    [InlineData("min(loss) < 0.3 and first(loss) = 0.9 and count(loss) = 3 and best(val_accuracy) >= 0.75 and last(loss) < first(loss)")]
    [InlineData("age < 2d and age > 20h and seconds > 12 and started > 2026-01-01")]
    [InlineData("loss < 0.5 and max:loss = 0.9")]
    [InlineData("run ~ TOY/ and name = toy and id = 20260102-030405")]
    [InlineData("parameters = 40")]
    public void ARunIsFoundByWhatItWasAndDid(string condition) => Assert.True(Holds(condition));

    [Theory]
    [InlineData("status = running")]
    [InlineData("max(val_accuracy) > 0.99")]
    [InlineData("status = done and units = 9")]
    [InlineData("model has LSTM")]
    [InlineData("tag = good")]
    [InlineData("val_loss < 100")]
    [InlineData("val_loss != 100")]
    [InlineData("loss = adam")]
    public void ARunThatIsNotSoIsNotFound(string condition) => Assert.False(Holds(condition));

    [Theory]
    [InlineData("", 1, "A condition is missing here.")]
    [InlineData("status", 7, "'status' is not compared with anything.")]
    [InlineData("status = ", 10, "After '=' comes a value.")]
    [InlineData("status = done and", 18, "A condition is missing here.")]
    [InlineData("status = done or or", 18, "'or' is no name.")]
    [InlineData("(status = done", 15, "This ends too early.")]
    [InlineData("status = done)", 14, "')' follows a whole condition.")]
    [InlineData("status done", 8, "After 'status' comes 'done'.")]
    [InlineData("maxi(loss) > 1", 1, "There is no function 'maxi'. Did you mean 'max'?")]
    [InlineData("max() > 1", 5, "'max' is asked of a curve, which is missing here.")]
    [InlineData("max(loss > 1", 10, "Here stands '>'.")]
    [InlineData("note = 'open", 8, "This quote is never closed.")]
    [InlineData("loss ! 1", 6, "'!' stands for nothing here.")]
    [InlineData("seed in 1", 9, "Here stands '1'.")]
    [InlineData("seed in (1, )", 13, "After ',' comes a value, not ')'.")]
    [InlineData("max(loss) has x", 11, "'max(loss)' is a number, which has nothing in it.")]
    public void ASlipIsToldWithItsPlace(string condition, int column, string problem)
    {
        var mistake = Assert.Single(Assert.Throws<ConfigException>(() => RunQuery.Parse(condition)).Errors);

        Assert.Equal((column, problem), (mistake.At.Column, mistake.Problem));
        Assert.NotEmpty(mistake.Expected);
    }

    [Fact]
    public void NestingHasALimit() => Assert.Throws<ConfigException>(() => RunQuery.Parse(new string('(', 100_000)));

    [Theory]
    [InlineData("max:val_accuracy", "b a c")]
    [InlineData("min:loss", "b a c")]
    [InlineData("-max:val_accuracy", "a b c")]
    [InlineData("units", "a b c")]
    [InlineData("-units", "b a c")]
    public void RunsAreSortedAndThoseWithoutTheValueComeLast(string key, string order)
    {
        using var folder = new TempFolder();
        var runs = new[]
        {
            RunSummary.Read(new RunFolder(Directory.CreateDirectory(folder.Of("c/x")).FullName)),
            RunSummary.Read(MadeUpRun.Make(folder.Path, "a/x", [0.9, 0.5])),
            RunSummary.Read(MadeUpRun.Make(folder.Path, "b/x", [0.9, 0.2], units: 16)),
        };

        Assert.Equal(order, string.Join(' ', SortKey.Parse(key).Sort(runs, Now).Select(run => run.Folder.Name)));
    }

    private static bool Holds(string condition)
    {
        using var folder = new TempFolder();
        var run = MadeUpRun.Make(folder.Path, "toy/20260102-030405", [0.9, 0.25, 0.3]);
        return RunQuery.Parse(condition).Holds(RunSummary.Read(run), Now);
    }
}
