using CsCheck;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration.Yaml;

namespace ExperimentRunner.Runner.Tests.Configuration;

public class YamlReaderTests
{
    [Theory]
    [InlineData("a: no", "{a: no}")]
    [InlineData("a: 007", "{a: 007}")]
    [InlineData("a: 1e-3", "{a: 1e-3}")]
    [InlineData("a: 1/255", "{a: 1/255}")]
    [InlineData("a: 0x1F", "{a: 0x1F}")]
    [InlineData("a: 12:30:00", "{a: 12:30:00}")]
    [InlineData("a: 2026-11-22", "{a: 2026-11-22}")]
    [InlineData("a: ~", "{a: ~}")]
    [InlineData("a: \"~\"", "{a: \"~\"}")]
    [InlineData("a: 'no'", "{a: \"no\"}")]
    [InlineData("a: |\n  x\n  y", "{a: \"x\ny\"}")]
    [InlineData("a: >\n  x\n  y\n", "{a: \"x y\n\"}")]
    [InlineData("a: x\n  y", "{a: x y}")]
    [InlineData("a: w_{epoch:02d}-{val_loss:.2f}.keras", "{a: w_{epoch:02d}-{val_loss:.2f}.keras}")]
    [InlineData("a: x#y # z", "{a: x#y}")]
    [InlineData("\"a\": [1, [2, three], {b: c}]", "{\"a\": [1, [2, three], {b: c}]}")]
    [InlineData("a:\nb: \nc:\n- \n- {x: , y}", "{a: , b: , c: [, {x: , y: }]}")]
    [InlineData("{\"a\":1, 'b':[2]}", "{\"a\": 1, \"b\": [2]}")]
    [InlineData("[a: 1, b: 2]", "[{a: 1}, {b: 2}]")]
    [InlineData("? a\n: b", "{a: b}")]
    [InlineData("a: &x {b: 1}\nc: *x\nd: [*x, *x]", "{a: {b: 1}, c: {b: 1}, d: [{b: 1}, {b: 1}]}")]
    [InlineData("a: &x 1\nb: &x 2\nc: *x", "{a: 1, b: 2, c: 2}")]
    [InlineData("%YAML 1.2\n---\na: 1\n...\n", "{a: 1}")]
    [InlineData("a: (3, 3)", "{a: (3, 3)}")]
    [InlineData("a: [(3), x(1)]", "{a: [(3), x(1)]}")]
    public void ValuesStayAsTheyAreWritten(string text, string read) => Assert.Equal(read, Read.Text(Read.Yaml(text)));

    [Fact]
    public void TheSeedOfThisProjectReadsWhole()
    {
        var root = (MappingNode)Read.Yaml("""
            # yaml-language-server: $schema=../schema/experiment.schema.json
            name: mnist_cnn                 # default: the file's name
            data:
              mnist:
                transform:
                  x: [Rescaling: {scale: 1/255}, Reshape: {target_shape: [28, 28, 1]}]
            model:
              layers:
                - Flatten
                - Flatten:
                - Dense: {units: 10, activation: softmax}
            """);

        Assert.Equal("[{Rescaling: {scale: 1/255}}, {Reshape: {target_shape: [28, 28, 1]}}]", Read.Text(((MappingNode)((MappingNode)((MappingNode)root["data"]!)["mnist"]!)["transform"]!)["x"]!));
        Assert.Equal("{layers: [Flatten, {Flatten: }, {Dense: {units: 10, activation: softmax}}]}", Read.Text(root["model"]!));
    }

    [Theory]
    [InlineData("a: bcd\n", "1:4+3")]
    [InlineData("a: 'b''d'\n", "1:4+6")]
    [InlineData("a: [1, 2]\n", "1:4+6")]
    [InlineData("a: {b: 1}\n", "1:4+6")]
    [InlineData("a: {b: 1,\n  c: 2}\n", "1:4+1")]
    [InlineData("a:\n  bcd: 1\n", "2:3+3")]
    [InlineData("a:\n  - x\n", "2:3+1")]
    [InlineData("a: |\n  text\n", "1:4+1")]
    [InlineData("a: one\n  two\n", "1:4+3")]
    [InlineData("a: &x bcd\n", "1:7+3")]
    [InlineData("a: &x\n  bcd: 1\n", "2:3+3")]
    [InlineData("a: &x [1]\n", "1:7+3")]
    [InlineData("\r\n\r\na: bcd\r\n", "3:4+3")]
    [InlineData("# é 漢 🙂\na: bcd\n", "2:4+3")]
    public void ThePlaceOfAValueIsExact(string text, string place)
    {
        var at = ((MappingNode)Read.Yaml(text))["a"]!.At;

        Assert.Equal(place, $"{at.Line}:{at.Column}+{at.Length}");
    }

    [Fact]
    public void NothingIsAtTheNameOrDashThatItFollows()
    {
        var item = ((ListNode)Read.Yaml("- a\n-\n- b")).Items[1].At;
        var value = ((MappingNode)Read.Yaml("Dense:\n"))["Dense"]!.At;

        Assert.Equal((2, 1), (item.Line, item.Column));
        Assert.Equal((1, 1, 5), (value.Line, value.Column, value.Length));
    }

    [Fact]
    public void MistakesAreCollectedAndTheRestIsRead()
    {
        var errors = new List<ConfigError>();

        var root = YamlReader.Read(new SourceText("t", "/", "a: !t 1\nb: {x: (3, 3), y:1}\nc: *none\na: 2\nd: 4\n"), errors);

        Assert.Equal("{a: 1, b: {x: unreadable, y: unreadable}, c: unreadable, d: 4}", Read.Text(root!));
        Assert.Equal(["a", "b.x", "b", "c", ""], errors.Select(error => error.Path));
        Assert.Equal([1, 2, 2, 3, 4], errors.Select(error => error.At.Line));
    }

    [Fact]
    public void AfterASyntaxErrorNothingElseOfItsLineIsTold() => Assert.Equal(
        ["1:4: Tags are not in the language: what a value is follows from its place.", "2:11: More stands after '}'. If it is all text, quote it."],
        Read.Mistakes("a: !t 1\nb: {c:02d}-x\n"));

    [Theory]
    [InlineData("a: [(3, 3), ((1, 1), (2, 2)), 5]", new[] { "1:5: '(3, 3)' is Python: write [3, 3].", "1:13: '((1, 1), (2, 2))' is Python: write [[1, 1], [2, 2]]." })]
    [InlineData("{a: (1,), b: 2}", new[] { "1:5: '(1,)' is Python: write [1]." })]
    [InlineData("{a: (1, [2, 3]), b: 2}", new[] { "1:5: '(1, [2, 3])' is Python: write [1, [2, 3]]." })]
    public void ATupleInBracketsIsOneMistake(string text, string[] mistakes) => Assert.Equal(mistakes, Read.Mistakes(text));

    [Fact]
    public void AValueAfterATupleIsStillRead()
    {
        var errors = new List<ConfigError>();

        var root = YamlReader.Read(new SourceText("t", "/", "{a: (3, 3), b: 2, c: [(1, 2), 4]}"), errors);

        Assert.Equal("{a: unreadable, b: 2, c: [unreadable, 4]}", Read.Text(root!));
    }

    [Fact]
    public void AnArgumentIsReadFromItsEqualsSignOn()
    {
        var errors = new List<ConfigError>();

        var value = YamlReader.Read(new SourceText("--set", "/", "a.b={c: [1, 2]}"), 4, errors);
        YamlReader.Read(new SourceText("--set", "/", "a.b={c: *x}"), 4, errors);

        Assert.Equal(("{c: [1, 2]}", 5), (Read.Text(value!), value!.At.Column));
        Assert.Equal(9, Assert.Single(errors).At.Column);
    }

    [Fact]
    public void ManyAliasesAreCountedBeforeTheyAreWrittenOut()
    {
        var lines = Enumerable.Range(1, 60).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]");

        var mistake = Assert.Single(Read.Mistakes("a0: &a0 x\n" + string.Join('\n', lines)));

        Assert.Contains("more than 100000 values", mistake);
    }

    [Fact]
    public void DepthCountsWhatAliasesStandFor()
    {
        var lines = Enumerable.Range(1, 120).Select(i => $"a{i}: &a{i} [*a{i - 1}]");

        var mistake = Assert.Single(Read.Mistakes("a0: &a0 x\n" + string.Join('\n', lines)));

        Assert.Contains("deeper than 100 levels", mistake);
    }

    [Fact]
    public void ALargeFlatFileIsReadInNoTime()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.Equal(49_000, ((ListNode)((MappingNode)Read.Yaml($"a: [{string.Join(", ", Enumerable.Repeat("(x)", 49_000))}]"))["a"]!).Items.Count);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
    }

    /// <summary>Whatever a slip of the finger makes of a file, it is read or told, with a place inside it.</summary>
    [Fact]
    public void NoTextMakesItFail()
    {
        const string Whole = """
            name: "mnist" # x
            data:
              mnist: {source: mnist, paths: {a: 'b.npz'}}
            model:
              layers:
                - Conv2D: {filters: 32, kernel_size: [3, 3], input_shape: [28, 28, 1]}
                - Flatten
                - Dense:
                    units: &n 10
                    text: |
                      lines
                - Dense: {units: *n}
            """;
        var slips = Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Int[0, 3], Gen.Char["{}[]:,-'\"*&!|>%@#? \n\t\\(a"]);

        slips.Array[1, 4].Sample(all =>
        {
            var text = all.Aggregate(Whole, (text, slip) => (slip.Item2, At: slip.Item1 % Math.Max(1, text.Length)) switch
            {
                (0, var at) => text.Insert(at, slip.Item3.ToString()),
                (1, var at) when at < text.Length => text.Remove(at, 1),
                (2, var at) => text[..at],
                (_, var at) => text[..at] + slip.Item3 + text[Math.Min(text.Length, at + 1)..],
            });
            var errors = new List<ConfigError>();
            var source = new SourceText("t", "/", text);
            var root = YamlReader.Read(source, errors);

            Assert.True(root is not null || errors.Count > 0 || string.IsNullOrWhiteSpace(text.Split('#')[0]));
            Assert.All(errors, error => Assert.InRange(error.At.Line, 1, Math.Max(1, source.LineCount)));
            Assert.All(errors, error => Assert.InRange(error.At.Column, 1, source.Line(error.At.Line).Length + 1));
        }, iter: 3_000);
    }
}
