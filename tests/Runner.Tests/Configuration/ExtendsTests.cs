using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Tests.Configuration;

public class ExtendsTests
{
    [Theory]
    [InlineData("a: {b: 1, c: 2}", "a: {c: 3, d: 4}", "{a: {b: 1, c: 3, d: 4}}")]
    [InlineData("a: [1, 2]", "a: [3]", "{a: [3]}")]
    [InlineData("a: 1", "a: {b: 2}", "{a: {b: 2}}")]
    [InlineData("a: {b: 2}", "a: 1", "{a: 1}")]
    [InlineData("a: {b: 1}", "a: {b: null}", "{a: {b: null}}")]
    [InlineData("a: {b: 1}", "a:", "{a: }")]
    [InlineData("a: 1\nb: 2", "c: 3\na: 4", "{a: 4, b: 2, c: 3}")]
    [InlineData("input_fns: {train: {x: 1}}", "input_fns: {eval: {x: 2}}", "{input_fns: {train: {x: 1}, eval: {x: 2}}}")]
    [InlineData("compile: {optimizer: {SGD: {momentum: 0.9}}}", "compile: {optimizer: {SGD: {nesterov: true}}}", "{compile: {optimizer: {SGD: {momentum: 0.9, nesterov: true}}}}")]
    [InlineData("compile: {optimizer: {SGD: {momentum: 0.9}}}", "compile: {optimizer: {Adam: {beta_1: 0.8}}}", "{compile: {optimizer: {Adam: {beta_1: 0.8}}}}")]
    [InlineData("compile: {optimizer: {SGD: {momentum: 0.9}}}", "compile: {optimizer: SGD}", "{compile: {optimizer: {SGD: {momentum: 0.9}}}}")]
    [InlineData("compile: {optimizer: {SGD: {momentum: 0.9}}}", "compile: {optimizer: {SGD: }}", "{compile: {optimizer: {SGD: {momentum: 0.9}}}}")]
    [InlineData("compile: {optimizer: {SGD: {momentum: 0.9}}}", "compile: {optimizer: adam}", "{compile: {optimizer: adam}}")]
    [InlineData("compile: {optimizer: SGD}", "compile: {optimizer: {SGD: {momentum: 0.9}}}", "{compile: {optimizer: {SGD: {momentum: 0.9}}}}")]
    [InlineData("compile: {optimizer: {Nope: {a: 1}}}", "compile: {optimizer: {Other: {b: 1}}}", "{compile: {optimizer: {Other: {b: 1}}}}")]
    [InlineData("compile: {optimizer: {SGD: {learning_rate: {CosineDecay: {decay_steps: 5}}}}}", "compile: {optimizer: {SGD: {learning_rate: {CosineDecay: {alpha: 1}}}}}", "{compile: {optimizer: {SGD: {learning_rate: {CosineDecay: {decay_steps: 5, alpha: 1}}}}}}")]
    [InlineData("compile: {optimizer: {SGD: {learning_rate: {CosineDecay: {decay_steps: 5}}}}}", "compile: {optimizer: {SGD: {learning_rate: 0.1}}}", "{compile: {optimizer: {SGD: {learning_rate: 0.1}}}}")]
    [InlineData("compile: {loss: {MeanSquaredError: {name: a}}}", "compile: {loss: {MeanAbsoluteError: {name: b}}}", "{compile: {loss: {MeanAbsoluteError: {name: b}}}}")]
    [InlineData("compile: {loss: {mse: {name: a}}}", "compile: {loss: {MeanSquaredError: {reduction: sum}}}", "{compile: {loss: {MeanSquaredError: {name: a, reduction: sum}}}}")]
    [InlineData("compile: {loss: {main: mse}}", "compile: {loss: {aux: mae}}", "{compile: {loss: {main: mse, aux: mae}}}")]
    [InlineData("compile: {loss: {main: {MeanSquaredError: {}}}}", "compile: {loss: {main: mae}}", "{compile: {loss: {main: mae}}}")]
    [InlineData("compile: {loss: {MeanSquaredError: {}}}", "compile: {loss: {main: mae}}", "{compile: {loss: {main: mae}}}")]
    [InlineData("compile: {loss: {main: mae}}", "compile: {loss: {MeanSquaredError: {}}}", "{compile: {loss: {MeanSquaredError: {}}}}")]
    public void MappingsMergeAndTheRestReplaces(string under, string over, string both)
    {
        using var folder = new TempFolder();

        var source = Read.Files(folder, [("e.yaml", "extends: base.yaml\n" + over), ("base.yaml", under)]);

        Assert.Empty(source.Errors);
        Assert.Equal(both, Read.Text(source.Root!));
    }

    [Fact]
    public void OfSeveralFilesTheLaterWinsAndTheFileItselfOverAll()
    {
        using var folder = new TempFolder();

        var source = Read.Files(folder,
        [
            ("e.yaml", "extends: [parts/a.yaml, ./parts/b.yaml]\nz: e"),
            ("parts/a.yaml", "extends: ../c.yaml\nx: a\ny: a\nz: a"),
            ("parts/b.yaml", "extends: ../c.yaml\ny: b"),
            ("c.yaml", "w: c\nx: c"),
        ]);

        Assert.Empty(source.Errors);
        Assert.Equal("{w: c, x: c, y: b, z: e}", Read.Text(source.Root!));
        Assert.Equal(["e.yaml", "parts/a.yaml", "parts/../c.yaml", "parts/b.yaml"], source.Files.Select(file => file.Text.Name[(folder.Path.Length + 1)..]));
        Assert.Equal(folder.Of("c.yaml"), source.Files[2].Path);
        Assert.Equal("w: c\nx: c", source.Files[2].Text.Content);
    }

    [Fact]
    public void PlacesStayThoseOfTheFileTheyCameFrom()
    {
        using var folder = new TempFolder();

        var source = Read.Files(folder, [("e.yaml", "extends: sub/base.yaml\ndata: {b: 2}"), ("sub/base.yaml", "data:\n  a: x.npz")]);

        var at = ((MappingNode)source.Root!["data"]!)["a"]!.At;
        Assert.Equal((folder.Of("sub"), 2, 6), (at.Source.Folder, at.Line, at.Column));
        Assert.EndsWith("sub/base.yaml", at.Source.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void ACircleIsToldWithItsFiles()
    {
        using var folder = new TempFolder();

        var source = Read.Files(folder, [("e.yaml", "extends: a.yaml"), ("a.yaml", "x: 1\nextends: [b.yaml]"), ("b.yaml", "extends: e.yaml")]);

        var error = Assert.Single(source.Errors);
        var e = folder.Of("e.yaml");
        Assert.Null(source.Root);
        Assert.Equal($"'{e}' extends itself: {e} → {folder.Of("a.yaml")} → {folder.Of("b.yaml")} → {e}.", error.Problem);
        Assert.Equal(("b.yaml", 1, 10), (Path.GetFileName(error.At.Source.Name), error.At.Line, error.At.Column));
    }

    [Fact]
    public void ALongChainIsRefused()
    {
        using var folder = new TempFolder();
        var files = Enumerable.Range(0, 30).Select(i => ($"{i}.yaml", $"extends: {i + 1}.yaml")).Append(("30.yaml", "x: 1")).ToArray();

        var error = Assert.Single(Read.Files(folder, files).Errors);

        Assert.StartsWith($"This is the 20th file in a row that extends another: {folder.Of("0.yaml")} → … → ", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesThatDoubleEachOtherAreReadOnce()
    {
        using var folder = new TempFolder();
        var files = Enumerable.Range(0, 15).Select(i => ($"{i}.yaml", $"extends: [{i + 1}.yaml, {i + 1}.yaml, {i + 1}.yaml]\nx{i}: 1")).Append(("15.yaml", "x: 1")).ToArray();

        var source = Read.Files(folder, files);

        Assert.Empty(source.Errors);
        Assert.Equal(16, source.Files.Count);
        Assert.Equal(16, source.Root!.Entries.Count);
    }

    [Theory]
    [InlineData("extends: nope.yaml", "There is no file '{0}/nope.yaml'.")]
    [InlineData("extends: bas.yaml", "There is no file '{0}/bas.yaml'. Did you mean '{0}/base.yaml'?")]
    [InlineData("extends: .", "'{0}/.' is a folder.")]
    [InlineData("extends: {a: b}", "extends is a mapping.")]
    [InlineData("extends: [base.yaml, [x]]", "extends is a list.")]
    [InlineData("extends: $env.BASE", "Variables are filled in after 'extends', so it can have none.")]
    [InlineData("extends: broken.yaml", "The '[' that opens here is never closed. If it begins text, quote it.")]
    [InlineData("extends: empty.yaml", "'{0}/empty.yaml' is empty.")]
    public void WhatCannotBeExtendedIsTold(string text, string problem)
    {
        using var folder = new TempFolder();

        var source = Read.Files(folder, [("e.yaml", text), ("base.yaml", "a: 1"), ("broken.yaml", "a: [1"), ("empty.yaml", "# nothing")]);

        Assert.Null(source.Root);
        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, problem, folder.Path), Assert.Single(source.Errors).Problem);
    }

    [Fact]
    public void ExtendingNothingIsAllowed() => Assert.Equal("{a: 1}", Read.Experiment("extends: []\na: 1"));
}
