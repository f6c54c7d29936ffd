using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Configuration;

/// <summary>The section <c>model:</c>, as <c>validate</c> understands it.</summary>
public class ModelLanguageTests
{
    [Fact]
    public void LayersOfOneListFollowOneAnother() => Prints(
        """
        - Dense: {units: 4, input_shape: [3], name: x}
        - Dense: {units: 5}
        - Dense: {units: 6}
        """,
        "x_input (InputLayer) │ [batch, 3] │ 0 │ -",
        "x (Dense) │ [batch, 4] │ 16 │ x_input",
        "dense (Dense) │ [batch, 5] │ 25 │ x",
        "dense_1 (Dense) │ [batch, 6] │ 36 │ dense");

    [Fact]
    public void FromJoinsWhatStandsAnywhereInTheList() => Prints(
        """
        - Dense: {units: 4, input_shape: [4], name: a}
        - Add: {from: [a, c], name: sum}
        - Dense: {units: 4, from: a, name: c}
        - Dense: {units: 1, from: sum}
        """,
        "c (Dense) │ [batch, 4] │ 20 │ a",
        "sum (Add) │ [batch, 4] │ 0 │ a, c",
        "dense (Dense) │ [batch, 1] │ 5 │ sum");

    [Fact]
    public void ALayerNamedAgainSharesItsWeights() => Prints(
        """
        - Dense: {units: 3, input_shape: [3], name: a}
        - a: {name: again}
        - a
        """,
        "a (Dense) │ [batch, 3] │ 12 │ a_input",
        "again (Dense) │ [batch, 3] │ shared │ a",
        "a_1 (Dense) │ [batch, 3] │ shared │ again",
        "Total params: 12 (48.00 B)");

    [Fact]
    public void AModelIsALayerAndSharesItsWeights()
    {
        Prints(
            """
              models:
                encoder:
                  inputs: {x: {shape: [3]}}
                  layers: [Dense: {units: 2, activation: relu}]
              inputs: {a: {shape: [3]}, b: {shape: [3]}}
              layers:
                - encoder: {from: a, name: left}
                - encoder: {from: b, name: right}
                - Concatenate: {from: [left, right]}
                - Dense: {units: 1}
            """,
            "left (Functional) │ [batch, 2] │ 8 │ a",
            "right (Functional) │ [batch, 2] │ shared │ b",
            "concatenate (Concatenate) │ [batch, 4] │ 0 │ left, right",
            "Total params: 13 (52.00 B)");
    }

    [Fact]
    public void ABlockIsWrittenOutWithNewWeightsEachTime()
    {
        Prints(
            """
              blocks:
                res:
                  args: {units: 4}
                  layers:
                    - Dense: {units: $units, activation: relu, name: main}
                    - Add: {from: [main, input]}
              layers:
                - Dense: {units: 4, input_shape: [2], name: x}
                - res: {repeat: 2}
                - res: {units: 4, name: last}
                - Dense: {units: 1}
            """,
            "res_main (Dense) │ [batch, 4] │ 20 │ x",
            "res_add (Add) │ [batch, 4] │ 0 │ res_main, x",
            "res_1_main (Dense) │ [batch, 4] │ 20 │ res_add",
            "last_main (Dense) │ [batch, 4] │ 20 │ res_1_add",
            "dense (Dense) │ [batch, 1] │ 5 │ last_add",
            "Total params: 77 (308.00 B)");
    }

    [Fact]
    public void OutputsAreNamed()
    {
        Prints(
            """
              inputs: {x: {shape: [3]}}
              layers:
                - Dense: {units: 4, name: shared}
                - Dense: {units: 2, name: p}
                - Dense: {units: 1, from: shared, name: q}
              outputs: [q, p]
            """,
            "Outputs: q [batch, 1] float32, p [batch, 2] float32");
    }

    [Theory]
    [InlineData("[Dense: {units: 1, from: b, name: a, input_shape: [1]}, Dense: {units: 1, from: a, name: b}]", "take its input from itself")]
    [InlineData("[Dense: {units: 1, input_shape: [1], name: a}, Dense: {units: 1, name: a}]", "Two layers are called 'a'")]
    [InlineData("[Dense: {units: 1, input_shape: [1], name: abc}, Dense: {units: 1, from: abd}]", "There is no layer or input 'abd'. Did you mean 'abc'?")]
    [InlineData("[Dense: {units: 1}]", "The model has no input.")]
    [InlineData("[Dense: {units: 1, input_shape: [1]}, Dense: {units: 1, input_shape: [1]}]", "Only the first layer")]
    [InlineData("[Flatten: {input_shape: [2, 2]}, Conv2D: {filters: 1, kernel_size: 3}]", "[batch, 4] from 'flatten' (line 3)")]
    [InlineData("[Dense: {units: 1, input_shape: [1], name: a}, a: {units: 2}]", "used again with its weights")]
    [InlineData("[Dense: {units: 1, input_shape: [1]}, Dense: {units: 1, repeat: 2}]", "Only a block can be repeated")]
    public void AMistakeInTheLayersIsTold(string layers, string problem)
    {
        using var program = new ProgramUnderTest();

        var code = program.Invoke("validate", program.Write("m.yaml", $"model:\n  layers:\n    {layers}\n"));

        Assert.Equal(2, code);
        Assert.Contains(problem, program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void AnInputThatNothingTakesIsAMistake()
    {
        using var program = new ProgramUnderTest();

        program.Invoke("validate", program.Write("m.yaml", "model:\n  inputs: {a: {shape: [1]}, b: {shape: [1]}}\n  layers: [Dense: {units: 1, from: a}]\n"));

        Assert.Contains("takes the input 'b'", program.Errors, StringComparison.Ordinal);
    }

    private static void Prints(string model, params string[] lines)
    {
        using var program = new ProgramUnderTest();
        var section = model.StartsWith('-') ? "  layers:\n" + string.Concat(model.Split('\n').Select(line => $"    {line}\n")) : model;

        Assert.True(program.Invoke("validate", program.Write("m.yaml", $"model:\n{section}\n")) == 0, program.Errors);

        var printed = string.Join('\n', program.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.All(lines, line => Assert.Contains(line, printed, StringComparison.Ordinal));
    }
}
