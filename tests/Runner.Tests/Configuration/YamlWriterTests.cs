using CsCheck;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration.Yaml;

namespace ExperimentRunner.Runner.Tests.Configuration;

public class YamlWriterTests
{
    private static readonly string[] Tricky =
    [
        "", " ", "no", "On", "null", "~", "true", "1e3", "007", "1/255", "0x1F", "1_000", ".inf", ".5", "-", "- a", "-a", "--- a", "---", "...", "?", "? a", ":", ":a", "a:", "a: b",
        "a #b", "#a", "a#b", "*", "*.npz", "&a", "!x", "|", ">", "%a", "@a", "`a`", "'", "\"", "'a'", "it's", "a\"b", "[a]", "{a}", "a,b", "(3, 3)", "None", "lambda x: x", "a:1", "<<",
        "$x", "$$x", "w-${vars.width}", "C:\\data", "a\tb", "\ta", "a ", " a", "a\nb", "a\nb\n", "a\n\nb", "a\n", "\na", "a\n\n", " a\nb", "a\n  b\n c", "a \nb", "a\n \nb", "a\r\nb", "\u0007", "\u0085", "\u2028", "\uFEFF",
        "é", "漢字", "🙂", "“relu”", "w_{epoch:02d}-{val_loss:.2f}.keras", "mnist.train.x", "best_model.h5", "/data/x.npz", "../x.npz", "12:30:00", "a, b", "=", "a=b", "!!str", "key: |", "\\",
    ];

    private static readonly Gen<Node> AnyNode = Gen.Recursive<Node>((depth, node) => depth >= 4 ? AnyScalar : Gen.Frequency(
        (4, AnyScalar),
        (2, node.Array[0, 6].Select(items => (Node)new ListNode(items, SourceSpan.Nowhere))),
        (3, Gen.Select(AnyText, node).Array[0, 6].Select(entries => (Node)new MappingNode(
            [.. entries.DistinctBy(entry => entry.Item1).Where(entry => entry.Item1.Length > 0).Select(entry => new Entry(Scalar(entry.Item1, true), entry.Item2))], SourceSpan.Nowhere)))));

    private static Gen<string> AnyText => Gen.Frequency((3, Gen.OneOf(Tricky)), (1, Gen.String.AlphaNumeric), (1, Gen.String[Gen.Char["ab:#-'\" \n{}[],$\\\té"], 0, 12]));

    private static Gen<Node> AnyScalar => Gen.Frequency(
        (3, AnyText.Select(text => (Node)Scalar(text, true))),
        (1, Gen.OneOf("1", "1e-3", "1/255", "null", "", "~", "true", "relu", "no", "(3, 3)", "w_{epoch:02d}.keras", "$vars.x").Select(text => (Node)Scalar(text, false))));

    /// <summary>What is written reads back: the same text, and quoted text is never taken for something other.</summary>
    [Fact]
    public void WhatIsWrittenReadsBack() => AnyNode.Sample(node => Assert.Equal(Plainly(node), Plainly(Read.Yaml(YamlWriter.Write(node)))), iter: 3_000);

    public static TheoryData<string> Texts() => new(Tricky);

    [Theory, MemberData(nameof(Texts))]
    public void TextStaysText(string text)
    {
        foreach (var node in new Node[]
        {
            Mapping(("key", (Node)Scalar(text, true))),
            new ListNode([Scalar(text, true), Mapping(("a", Scalar(text, true)), ("b", new ListNode([Scalar(text, true)], SourceSpan.Nowhere)))], SourceSpan.Nowhere),
        })
        {
            Assert.Equal(Plainly(node), Plainly(Read.Yaml(YamlWriter.Write(node))));
        }
    }

    [Fact]
    public void ItReadsWell()
    {
        const string Text = """
            name: mnist_cnn
            seed: 1

            data:
              mnist:
                source: mnist
                transform:
                  x:
                    - Rescaling: {scale: 1/255}
                    - Reshape: {target_shape: [28, 28, 1]}

            model:
              layers:
                - Conv2D:
                    filters: 32
                    kernel_size: [3, 3]
                    padding: valid
                    activation: relu
                    input_shape: [28, 28, 1]
                - Flatten
                - Dropout: {rate: 0.25}

            compile:
              loss: categorical_crossentropy
              optimizer: {Adadelta: {learning_rate: 1.0}}
              metrics: [accuracy]

            input_fns:
              train:
                x: {x_input: mnist.train.x}
                y: mnist.train.y
                num_epochs: null
                shuffle: true
                note: |-
                  two
                  lines
                switch: 'no'

            estimator: {mode: keras_model}

            run:
              - train: {input_fn: train, steps: 2000}
              - evaluate: {input_fn: eval}
              - save: best.h5

            """;

        Assert.Equal(Text, YamlWriter.Write(Read.Yaml(Text)));
    }

    [Fact]
    public void WhatStoodInTheFileIsWrittenWhereItMustSurvive()
    {
        var path = new ScalarNode("/home/ada/x.npz", quoted: false, SourceSpan.Nowhere) { Written = "${env.HOME}/x.npz" };

        Assert.Equal("path: ${env.HOME}/x.npz\n", YamlWriter.Write(Mapping(("path", path))));
    }

    [Fact]
    public void NothingIsWrittenAsNothing()
    {
        Assert.Equal("{}\n", YamlWriter.Write(new MappingNode([], SourceSpan.Nowhere)));
        Assert.Equal("a: []\nb: {}\nc:\nd: [null, '']\n", YamlWriter.Write(Read.Yaml("a: []\nb: {}\nc:\nd: [~, \"\"]").Replaced("~", "")));
    }

    private static ScalarNode Scalar(string text, bool quoted) => new(text, quoted, SourceSpan.Nowhere);

    private static MappingNode Mapping(params (string Name, Node Value)[] entries) =>
        new([.. entries.Select(entry => new Entry(Scalar(entry.Name, false), entry.Value))], SourceSpan.Nowhere);

    /// <summary>What a node says, whichever way it is spelled: numbers and words as they stand, text in quotes, null as null.</summary>
    private static string Plainly(Node node) => node switch
    {
        ScalarNode { IsNull: true } => "null",
        ScalarNode scalar => scalar.Quoted || IsPlainText(scalar.Text) ? $"\"{scalar.Text}\"" : scalar.Text,
        ListNode list => $"[{string.Join(", ", list.Items.Select(Plainly))}]",
        MappingNode mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{entry.Name}: {Plainly(entry.Value)}"))}}}",
        _ => node.Kind,
    };

    private static bool IsPlainText(string text) =>
        text is not ("null" or "~" or "true" or "false" or "no" or "On")
        && !System.Text.RegularExpressions.Regex.IsMatch(text, @"^[-+]?\.?(\d|inf$)");
}

internal static class NodeExtensions
{
    /// <summary>The node with one plain text replaced by another.</summary>
    public static Node Replaced(this Node node, string old, string text) => node switch
    {
        ScalarNode { Quoted: false } scalar when scalar.Text == old => new ScalarNode(text, false, scalar.At),
        ListNode list => new ListNode([.. list.Items.Select(item => item.Replaced(old, text))], list.At),
        MappingNode mapping => new MappingNode([.. mapping.Entries.Select(entry => entry with { Value = entry.Value.Replaced(old, text) })], mapping.At),
        _ => node,
    };
}
