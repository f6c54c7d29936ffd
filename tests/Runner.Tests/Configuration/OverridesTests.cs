using System.Text.RegularExpressions;

namespace ExperimentRunner.Runner.Tests.Configuration;

public class OverridesTests
{
    private const string File = """
        name: net
        seed:
        vars: {width: 8, sizes: [1, 2]}
        model:
          layers:
            - Flatten
            - Dense: {units: 10}
        compile: {loss: mse, optimizer: {Adam: {learning_rate: 0.1}}, metrics: [acc]}
        run:
          - train: {input_fn: train, steps: 5}
        """;

    [Theory]
    [InlineData("name=other", "name: other")]
    [InlineData("name='no'", "name: \"no\"")]
    [InlineData("name=", "name: ")]
    [InlineData("name=a=b", "name: a=b")]
    [InlineData("seed=3", "seed: 3")]
    [InlineData("seed.x=3", "seed: {x: 3}")]
    [InlineData("vars.width=16", "vars: {width: 16, sizes: [1, 2]}")]
    [InlineData("vars.sizes[1]=3", "vars: {width: 8, sizes: [1, 3]}")]
    [InlineData("vars.sizes+=3", "vars: {width: 8, sizes: [1, 2, 3]}")]
    [InlineData("model.layers[1].Dense.units=64", "model: {layers: [Flatten, {Dense: {units: 64}}]}")]
    [InlineData("model.layers[1].Dense.activation=relu", "model: {layers: [Flatten, {Dense: {units: 10, activation: relu}}]}")]
    [InlineData("model.layers[0].Flatten.name=flat", "model: {layers: [{Flatten: {name: flat}}, {Dense: {units: 10}}]}")]
    [InlineData("model.layers[0]={Dropout: {rate: 0.5}}", "model: {layers: [{Dropout: {rate: 0.5}}, {Dense: {units: 10}}]}")]
    [InlineData("model.layers+={Dropout: {rate: 0.5}}", "model: {layers: [Flatten, {Dense: {units: 10}}, {Dropout: {rate: 0.5}}]}")]
    [InlineData("~model.layers[0]", "model: {layers: [{Dense: {units: 10}}]}")]
    [InlineData("~model.layers[1].Dense.units", "model: {layers: [Flatten, {Dense: {}}]}")]
    [InlineData("compile.optimizer.Adam.learning_rate=1e-3", "compile: {loss: mse, optimizer: {Adam: {learning_rate: 1e-3}}, metrics: [acc]}")]
    [InlineData("compile.optimizer.SGD.momentum=0.9", "compile: {loss: mse, optimizer: {SGD: {momentum: 0.9}}, metrics: [acc]}")]
    [InlineData("compile.optimizer=SGD", "compile: {loss: mse, optimizer: SGD, metrics: [acc]}")]
    [InlineData("compile.optimizer.Adam.learning_rate.CosineDecay.decay_steps=9", "compile: {loss: mse, optimizer: {Adam: {learning_rate: {CosineDecay: {decay_steps: 9}}}}, metrics: [acc]}")]
    [InlineData("compile.metrics+=mae", "compile: {loss: mse, optimizer: {Adam: {learning_rate: 0.1}}, metrics: [acc, mae]}")]
    [InlineData("compile.metrics=[]", "compile: {loss: mse, optimizer: {Adam: {learning_rate: 0.1}}, metrics: []}")]
    [InlineData("~compile.metrics", "compile: {loss: mse, optimizer: {Adam: {learning_rate: 0.1}}}")]
    [InlineData("run[0].train.steps=50", "run: [{train: {input_fn: train, steps: 50}}]")]
    [InlineData("callbacks+=CSVLogger", "callbacks: [CSVLogger]")]
    [InlineData("runtime.threads=2", "runtime: {threads: 2}")]
    public void OneArgumentChangesOneThing(string argument, string after)
    {
        var changed = Sections(Read.Experiment(File, [argument])).Except(Sections(Read.Experiment(File)));

        Assert.Equal([after], changed);

        static IEnumerable<string> Sections(string root) => Regex.Split(root[1..^1], @", (?=(?:name|seed|vars|model|compile|run|callbacks|runtime): (?!train))");
    }

    [Fact]
    public void TheyAreAppliedInOrder() => Assert.Contains(
        "layers: [{Dense: {units: 2}}, b]", Read.Experiment(File, ["~model.layers[0]", "model.layers[0].Dense.units=1", "model.layers[0].Dense.units=2", "model.layers+=b"]), StringComparison.Ordinal);

    [Fact]
    public void AThingWithoutOptionsGetsThem() => Assert.Equal(
        "{compile: {optimizer: {adam: {learning_rate: 0.1}}}}", Read.Experiment("compile: {optimizer: adam}", ["compile.optimizer.Adam.learning_rate=0.1"]));

    [Theory]
    [InlineData("seed", "--set:1:1: No '=' says what to set.")]
    [InlineData("~seed=1", "--set:1:6: '~' removes a value, and sets none.")]
    [InlineData("+seed=1", "--set:1:1: No '+' is needed to set what the file does not have.")]
    [InlineData("=1", "--set:1:1: A name is missing here.")]
    [InlineData("a..b=1", "--set:1:3: A name is missing here.")]
    [InlineData("a.=1", "--set:1:3: A name is missing here.")]
    [InlineData("a[x]=1", "--set:1:2: Between '[' and ']' stands the number of an item, counted from 0.")]
    [InlineData("a[-1]=1", "--set:1:2: Between '[' and ']' stands the number of an item, counted from 0.")]
    [InlineData("a[0]b=1", "--set:1:5: After ']' comes a '.' or another '['.")]
    [InlineData("extends=x.yaml", "--set:1:1: 'extends' is read before --set, and cannot be set by it.")]
    [InlineData("name.x=1", "--set:1:6: 'name' is 'net', and leads no further.")]
    [InlineData("name[0]=1", "--set:1:5: 'name' is 'net', which has no items.")]
    [InlineData("model.layers[2]=Flatten", "--set:1:13: 'model.layers' has no item [2]: its last is [1].")]
    [InlineData("callbacks[0]=CSVLogger", "--set:1:10: 'callbacks' is not in the file, so it has no items.")]
    [InlineData("model.layers.Dense.units=1", "--set:1:14: 'model.layers' is a list.")]
    [InlineData("model.layers[0].Dense.units=1", "--set:1:17: 'model.layers[0]' is 'Flatten', not 'Dense'.")]
    [InlineData("model.layers[1].LSTM.units=1", "--set:1:17: 'model.layers[1]' is 'Dense', not 'LSTM'.")]
    [InlineData("run[0].fit.epochs=1", "--set:1:8: 'run[0]' is 'train', not 'fit'.")]
    [InlineData("name+=x", "--set:1:1: 'name' is 'net', not a list.")]
    [InlineData("~compile.metric", "--set:1:10: There is no 'compile.metric' to remove. Did you mean 'metrics'?")]
    [InlineData("~callbacks", "--set:1:2: There is no 'callbacks' to remove.")]
    [InlineData("vars.widht=1", "--set:1:6: The file has no variable 'vars.widht'. Did you mean 'width'?")]
    [InlineData("vars.width.x=1", "--set:1:12: 'vars.width' is the number 8, and leads no further.")]
    [InlineData("compile.optimizer.learning_rate=1", "--set:1:19: 'compile.optimizer' is 'Adam', and 'learning_rate' is not the name of what may take its place.")]
    [InlineData("name=[1", "--set:1:6: The '[' that opens here is never closed. If it begins text, quote it.")]
    [InlineData("name=*x", "--set:1:6: '*x' stands for what '&x' marks, and nothing above is marked so. If it is text, quote it: '*x'.")]
    [InlineData("name={a: 1, a: 2}", "--set:1:13: 'a' is given twice; the first is on line 1.")]
    public void AMistakeIsToldInTheArgument(string argument, string mistake) => Assert.Equal([mistake], Read.ExperimentMistakes(File, [argument]));

    [Fact]
    public void ALongWayIsRefused() => Assert.Equal(
        ["--set:1:1: This leads deeper than 100 levels."], Read.ExperimentMistakes(File, [string.Join('.', Enumerable.Repeat("a", 200)) + "=1"]));

    [Fact]
    public void AValueStartsAtTheExperimentsFolder()
    {
        using var folder = new TempFolder();

        var source = Read.Files(folder, [("e.yaml", "data: {a: {path: x.npz}}")], ["data.a.path=y.npz"]);

        var path = ((Engine.Definitions.MappingNode)((Engine.Definitions.MappingNode)source.Root!["data"]!)["a"]!)["path"]!;
        Assert.Equal((folder.Path, 13, 5), (path.At.Source.Folder, path.At.Column, path.At.Length));
    }
}
