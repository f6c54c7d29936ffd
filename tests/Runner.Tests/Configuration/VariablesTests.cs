using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Yaml;

namespace ExperimentRunner.Runner.Tests.Configuration;

public class VariablesTests
{
    private const string Vars = "vars: {width: 128, rate: 0.5, word: relu, list: [1, {a: 2}], map: {a: {b: 3}}, none: null, other: $vars.width, text: \"w${vars.width}\"}\nseed: 5\n";

    private static string? Environment(string name) => name switch { "DATA" => "/data", "EPOCHS" => "3", "EMPTY" => "", "MONEY" => "$5 $x", _ => null };

    [Theory]
    [InlineData("$vars.width", "128")]
    [InlineData("\"$vars.width\"", "128")]
    [InlineData("${vars.width}", "128")]
    [InlineData("$vars.list", "[1, {a: 2}]")]
    [InlineData("$vars.list[1].a", "2")]
    [InlineData("$vars.map.a", "{b: 3}")]
    [InlineData("$vars.none", "null")]
    [InlineData("$vars.other", "128")]
    [InlineData("$vars.text", "\"w128\"")]
    [InlineData("\"w-${vars.width}\"", "\"w-128\"")]
    [InlineData("w-${vars.width}-${vars.word}", "w-128-relu")]
    [InlineData("$seed", "5")]
    [InlineData("s${seed}", "s5")]
    [InlineData("$env.EPOCHS", "3")]
    [InlineData("$env.EMPTY", "")]
    [InlineData("${env.DATA}/x.npz", "/data/x.npz")]
    [InlineData("$$", "$")]
    [InlineData("$$vars.width", "$vars.width")]
    [InlineData("a$$b$$$$c", "a$b$$c")]
    [InlineData("\"costs 5$\"", "\"costs 5$\"")]
    [InlineData("conv.*$", "conv.*$")]
    [InlineData("$1", "$1")]
    [InlineData("$data.imdb.text.vocabulary_size", "$data.imdb.text.vocabulary_size")]
    [InlineData("[$vars.width, {b: $vars.word}]", "[128, {b: relu}]")]
    public void ANameStandsForItsValue(string written, string filled)
    {
        var root = Read.Experiment($"{Vars}a: {written}", environment: Environment);

        Assert.EndsWith($", a: {filled}}}", root, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$vars.widht", "3:4: There is no variable 'vars.widht'. Did you mean 'vars.width'?")]
    [InlineData("\"x${vars.widht}\"", "3:4: There is no variable 'vars.widht'. Did you mean 'vars.width'?")]
    [InlineData("$vars.map.c", "3:4: There is no variable 'vars.map.c'.")]
    [InlineData("$vars.list[7]", "3:4: There is no variable 'vars.list[7]'.")]
    [InlineData("$vars.width.x", "3:4: There is no variable 'vars.width.x'.")]
    [InlineData("$vars", "3:4: There is no variable 'vars'.")]
    [InlineData("$env", "3:4: There is no variable 'env'.")]
    [InlineData("$env.NOPE", "3:4: The environment variable 'NOPE' is not set.")]
    [InlineData("$sead", "3:4: There is no variable '$sead'. Did you mean '$seed'?")]
    [InlineData("$var.width", "3:4: There is no variable '$var.width'. Did you mean '$vars.width'?")]
    [InlineData("$width", "3:4: There is no variable '$width'. Did you mean '$vars.width'?")]
    [InlineData("$filters", "3:4: There is no variable '$filters'.")]
    [InlineData("x$vars.width", "3:4: Inside text, write ${vars.width} for a variable, or $$ for a dollar.")]
    [InlineData("${vars.width", "3:4: After '${' come a name and '}'.")]
    [InlineData("x-${vars.list}", "3:4: 'vars.list' is a list, which cannot stand inside text.")]
    [InlineData("x-${vars.none}", "3:4: 'vars.none' is null, which cannot stand inside text.")]
    public void WhatStandsForNothingIsTold(string written, string mistake) =>
        Assert.Equal([mistake], Read.ExperimentMistakes($"{Vars}a: {written}", environment: Environment));

    [Fact]
    public void VariablesInACircleAreToldOnce()
    {
        Assert.Equal(["2:6: 'vars.b' stands for itself: vars.b → vars.c → vars.a → vars.b."], Read.ExperimentMistakes("vars:\n  a: $vars.b\n  b: $vars.c\n  c: \"x${vars.a}\"\nz: $vars.a"));
        Assert.Equal(["1:11: 'vars.a' stands for itself: vars.a → vars.a."], Read.ExperimentMistakes("vars: {a: [$vars.a]}").Select(text => text.Replace("1:12", "1:11", StringComparison.Ordinal)));
        Assert.Equal(["1:7: 'seed' stands for itself: seed → seed."], Read.ExperimentMistakes("seed: $seed"));
    }

    [Fact]
    public void AVariableMayStandBesideWhatItUses() => Assert.Equal("{vars: {a: {x: 1, y: 1}}}", Read.Experiment("vars: {a: {x: 1, y: $vars.a.x}}"));

    [Fact]
    public void ALongWayThroughVariablesIsRefused()
    {
        var vars = string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"  v{i}: $vars.v{i + 1}"));

        Assert.Contains(Read.ExperimentMistakes($"vars:\n{vars}\n  v5000: 1"), mistake => mistake.Contains("through more than 50 variables", StringComparison.Ordinal));
    }

    [Fact]
    public void VariablesThatDoubleEachOtherAreRefused()
    {
        var lists = string.Join('\n', Enumerable.Range(0, 40).Select(i => $"  v{i}: [$vars.v{i + 1}, $vars.v{i + 1}]"));
        var texts = string.Join('\n', Enumerable.Range(0, 40).Select(i => $"  v{i}: x${{vars.v{i + 1}}}${{vars.v{i + 1}}}"));

        Assert.Contains(Read.ExperimentMistakes($"vars:\n{lists}\n  v40: 1"), mistake => mistake.Contains("more than 100000 values", StringComparison.Ordinal));
        Assert.Contains(Read.ExperimentMistakes($"vars:\n{texts}\n  v40: 1"), mistake => mistake.Contains("more than 10000000 characters", StringComparison.Ordinal));
    }

    [Fact]
    public void InABlocksLayersOtherNamesAreItsArguments()
    {
        const string Text = "vars: {w: 3}\nmodel: {blocks: {res: {args: {f: $vars.w}, layers: [{Conv2D: {filters: $f, name: \"c$$${f}\", kernel_size: $vars.w}}]}}}";

        using var folder = new TempFolder();
        var source = Read.Files(folder, [("e.yaml", Text)]);

        Assert.Empty(source.Errors);
        Assert.Equal("{vars: {w: 3}, model: {blocks: {res: {args: {f: 3}, layers: [{Conv2D: {filters: $f, name: \"c$$${f}\", kernel_size: 3}}]}}}}", Read.Text(source.Root!));
    }

    [Fact]
    public void WhatIsLeftToOthersIsMarkedAndTheirRestIsFilled()
    {
        var name = Scalar("vars: {w: 3}\na: \"$$${data.x}-${vars.w}\"", "a");

        Assert.Equal(("$$${data.x}-3", true), (name.Text, name.Unfilled));
        Assert.False(Scalar("a: $$data.x", "a").Unfilled);
        Assert.True(Scalar("a: $data.x", "a").Unfilled);
    }

    [Theory]
    [InlineData("a: $env.DATA", "a: $env.DATA\n")]
    [InlineData("a: \"${env.DATA}/$$x/${vars.w}\"", "a: '${env.DATA}/$$x/3'\n")]
    [InlineData("a: $vars.root", "a: $env.DATA\n")]
    [InlineData("a: x${vars.root}", "a: x${env.DATA}\n")]
    [InlineData("a: $vars.w", "a: 3\n")]
    [InlineData("a: $$x", "a: $$x\n")]
    [InlineData("a: 5$", "a: 5$\n")]
    [InlineData("a: $env.MONEY", "a: $env.MONEY\n")]
    [InlineData("a: x${env.DATA}${data.d}", "a: x${env.DATA}${data.d}\n")]
    public void ACopyOfTheFileSaysTheSame(string text, string copied)
    {
        using var folder = new TempFolder();
        var source = Read.Files(folder, [("e.yaml", $"{text}\nvars: {{w: 3, root: $env.DATA}}")], environment: Environment);

        var copy = YamlWriter.Write(new MappingNode([source.Root!.Entries[0]], SourceSpan.Nowhere));
        var again = Read.Files(folder, [("e.yaml", copy)], environment: Environment);

        Assert.Equal(copied, copy);
        Assert.Empty(again.Errors);
        Assert.Equal(((ScalarNode)source.Root["a"]!).Text.Replace("${data.d}", "${data.d}", StringComparison.Ordinal), ((ScalarNode)again.Root!["a"]!).Text);
    }

    [Fact]
    public void AValueIsAtThePlaceThatUsesIt()
    {
        var at = Scalar("vars: {w: 3}\nabc: $vars.w", "abc").At;

        Assert.Equal((2, 6, 7), (at.Line, at.Column, at.Length));
    }

    [Fact]
    public void ASeedThatIsAskedForIsDrawnOnce()
    {
        Assert.Equal("{a: [7, 7], seed: 7}", Read.Experiment("a: [$seed, $seed]"));
        Assert.Equal("{a: [7], seed: 7}", Read.Experiment("seed:\na: [$seed]"));
        Assert.Equal("{a: 1}", Read.Experiment("a: 1"));
        Assert.Equal("{seed: 3, a: 3}", Read.Experiment("seed: $vars.s\nvars: {s: 3}\na: $seed").Replace("vars: {s: 3}, ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void VariablesAreFilledInAfterExtendsAndSet()
    {
        using var folder = new TempFolder();

        var source = Read.Files(folder, [("e.yaml", "extends: b.yaml\nvars: {w: 2}"), ("b.yaml", "vars: {w: 1}\na: $vars.w\nc: 0")], ["vars.w=3", "c=$vars.w"]);

        Assert.Equal("{vars: {w: 3}, a: 3, c: 3}", Read.Text(source.Root!));
    }

    [Fact]
    public void NamesAreNotFilledIn() => Assert.Equal(
        ["1:8: '$vars.w' is a name, and variables stand for values only."], Read.ExperimentMistakes("data: {$vars.w: 1}\nvars: {w: 1}"));

    private static ScalarNode Scalar(string text, string name)
    {
        using var folder = new TempFolder();
        var source = Read.Files(folder, [("e.yaml", text)], environment: Environment);
        Assert.Empty(source.Errors);
        return (ScalarNode)source.Root![name]!;
    }
}
