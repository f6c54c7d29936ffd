using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Yaml;
using NJsonSchema;

namespace ExperimentRunner.Runner.Tests.Configuration;

public class ExperimentSchemaTests
{
    private static readonly string Root = FindRoot();
    private static readonly Lazy<string> Text = new(ExperimentSchema.Generate);
    private static readonly Lazy<Task<JsonSchema>> Schema = new(() => JsonSchema.FromJsonAsync(Text.Value));

    public static TheoryData<string> Shipped()
    {
        var files = Directory.GetFiles(Path.Combine(Root, "experiments"), "*.yaml").Concat(Directory.GetFiles(Path.Combine(Root, "src/Runner/Commands/Templates"), "*.yaml")).ToArray();
        Assert.NotEmpty(files);
        return new TheoryData<string>(files.Select(file => Path.GetRelativePath(Root, file)).ToArray());
    }

    [Fact]
    public void TheCommittedSchemaIsWhatTheTypesSay()
    {
        var path = Path.Combine(Root, "schema", "experiment.schema.json");
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTATIONS") == "1")
        {
            File.WriteAllText(path, Text.Value);
        }

        Assert.True(Text.Value == File.ReadAllText(path), "schema/experiment.schema.json is out of date: ./runner schema > schema/experiment.schema.json");
    }

    [Theory, MemberData(nameof(Shipped))]
    public async Task AShippedExperimentFits(string file) => Assert.Empty(await MistakesIn(await File.ReadAllTextAsync(Path.Combine(Root, file))));

    [Theory]
    [InlineData("model: {layers: [Flatten, Dense: {units: 3}]}")]
    [InlineData("model: {layers: [Flatten:, Dense: {units: $vars.width, activation: {leaky_relu: {negative_slope: 1/5}}}]}")]
    [InlineData("model: {layers: [res: {filters: 3, repeat: 2}, add]}")]
    [InlineData("model: {layers: [Dropout: {rate: \"0.5\"}, Dense: {units: 1e1, from: [a, b]}]}")]
    [InlineData("model: {layers: [Bidirectional: {layer: {LSTM: {units: 4}}}]}")]
    [InlineData("compile: {optimizer: adam, loss: mse, metrics: [acc, {Precision: {thresholds: 0.5}}]}")]
    [InlineData("compile: {optimizer: {SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: {epochs: 20}}}}}}")]
    [InlineData("extends: base.yaml\nmodel: {trainable: false}\nvars: {anything: {at: [all]}}")]
    [InlineData("data: {toy: {split: {validation: 0.1}}}")]
    [InlineData("seed: $env.SEED\nname: 2024")]
    [InlineData("run: [{fit: {x: a.b.c, y: {out: a.b.d}, epochs: 1e1}}]")]
    public async Task WhatTheLanguageHasFits(string yaml) => Assert.Empty(await MistakesIn(yaml));

    [Theory]
    [InlineData("modle: {}")]
    [InlineData("model: {layers: [Flaten]}")]
    [InlineData("model: {layers: [Dense: {unit: 3}]}")]
    [InlineData("model: {layers: [Dense: {units: 3}, Dense]}")]
    [InlineData("model: {layers: [Dense: {}]}")]
    [InlineData("model: {layers: [Dense: {units: 3}, Dropout: {rate: 1.5}]}")]
    [InlineData("model: {layers: [Dense: {units: 0}]}")]
    [InlineData("model: {layers: [Dense: {units: many}]}")]
    [InlineData("model: {layers: [Dense: {units: 3.5}]}")]
    [InlineData("model: {layers: [{Dense: {units: 3}, name: x}]}")]
    [InlineData("model: {layers: [{Dense: {units: 3}, Flatten: {}}]}")]
    [InlineData("model: {layers: [Conv2D: {filters: 3, kernel_size: [3, 3, 3]}]}")]
    [InlineData("model: {layers: [Conv2D: {filters: 3, kernel_size: 3, padding: samee}]}")]
    [InlineData("model: {layers: Flatten}")]
    [InlineData("compile: {optimizer: adan}")]
    [InlineData("compile: {optimizer: {Adam: {rate: 1}}}")]
    [InlineData("compile: {optimizer: {Adam: {learning_rate: -1}}}")]
    [InlineData("compile: {loss: [7]}")]
    [InlineData("data: {toy: {source: mnits}}")]
    [InlineData("data: {toy: {source: mnist, pth: x}}")]
    [InlineData("run: [{fitt: {x: a.b.c}}]")]
    [InlineData("run: [{fit: {x: a.b.c}}]")]
    [InlineData("run: [{fit: {x: a.b.c, y: a.b.d, epochs: 0}}]")]
    [InlineData("runtime: {threads: 0}")]
    [InlineData("runtime: {deterministic: maybe}")]
    [InlineData("seed: one")]
    [InlineData("name: [a]")]
    public async Task AWrongKeyTypeOrRangeDoesNotFit(string yaml) => Assert.NotEmpty(await MistakesIn(yaml));

    [Fact]
    public void EveryOptionIsExplained()
    {
        Assert.Contains("\"description\": \"", Text.Value, StringComparison.Ordinal);
        Assert.Contains("Length of the output's last axis.", Text.Value, StringComparison.Ordinal);
        Assert.Contains("Example: Dense: { units: 128, activation: relu }", Text.Value, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> MistakesIn(string yaml)
    {
        var errors = new List<ConfigError>();
        var root = YamlReader.Read(new SourceText("e.yaml", ".", yaml), errors);
        Assert.Empty(errors);
        return (await Schema.Value).Validate(SchemaBook.ToJson(root!)!.ToJsonString()).Select(mistake => mistake.ToString());
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ExperimentRunner.sln"))) folder = folder.Parent;
        return folder!.FullName;
    }
}
