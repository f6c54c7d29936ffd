using System.Globalization;
using System.Text;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs;

public class CsvSourceTests
{
    [Fact]
    public void AColumnIsWholeNumbersOtherNumbersOrText()
    {
        using var scope = NewDisposeScope();
        var columns = Load("age,fare,sex,name,none\n22,7.25,1,Ann,\n38,-1e2,0,\"O'Hara, \"\"Jo\"\"\",\n,8,0,,\n");

        Assert.Equal([1L, 0, 0], columns["sex"].Values.Numbers!.data<long>().ToArray());
        Assert.Equal([7.25f, -100, 8], columns["fare"].Values.Numbers!.data<float>().ToArray());
        Assert.Equal([22, 38, float.NaN], columns["age"].Values.Numbers!.data<float>().ToArray());
        Assert.Equal(["Ann", "O'Hara, \"Jo\"", ""], columns["name"].Values.Text!.Values);
        Assert.All(columns["none"].Values.Numbers!.data<float>().ToArray(), value => Assert.True(float.IsNaN(value)));
        Assert.Equal((DataType.String, "[batch]"), (columns["name"].Spec.Type, columns["name"].Spec.ToString()));
    }

    [Theory]
    [InlineData("a;b\n1;2\n")]
    [InlineData("a\tb\n1\t2\n")]
    [InlineData("\uFEFFa, b\r\n1, 2\r\n")]
    [InlineData("a,b\n\n1,2\n  \n")]
    [InlineData("\"a\",\"b\"\n\"1\",\"2\"")]
    public void TheUsualWaysToWriteATableAreUnderstood(string table)
    {
        using var scope = NewDisposeScope();
        var columns = Load(table);

        Assert.Equal(["a", "b"], columns.Keys);
        Assert.Equal([2L], columns["b"].Values.Numbers!.data<long>().ToArray());
    }

    [Fact]
    public void LinesOfTextMayBeginWithASharpAndBreakWithinQuotes()
    {
        var columns = Load("text,label\n#no comment,1\n\"two\nlines\",0\n");

        Assert.Equal(["#no comment", "two\nlines"], columns["text"].Values.Text!.Values);
    }

    [Fact]
    public void ColumnsMayBeChosenAndSaidToBeText()
    {
        using var scope = NewDisposeScope();
        var columns = Load("zip;x;y;z\n007;?;1;a\n123;2;1;b\n", """, "field_delim": ";", "select_columns": ["zip", "x", "y"], "text_columns": ["zip"], "na_value": "?" """);

        Assert.Equal(["zip", "x", "y"], columns.Keys);
        Assert.Equal(["007", "123"], columns["zip"].Values.Text!.Values);
        Assert.Equal([float.NaN, 2], columns["x"].Values.Numbers!.data<float>().ToArray());
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n", "a.csv:3: 'x' in the column 'b' is no number. If the column is text, say text_columns: [b].")]
    [InlineData("t,b\n\"two\nlines\",2\n\nz,x\n", "a.csv:5: 'x' in the column 'b' is no number.")]
    [InlineData("a,b\n1,2\n3\n", "a.csv:3: the row has 1 cells, but the header has 2.")]
    [InlineData("a,b\n1,2,3\n", "a.csv:2: the row has 3 cells, but the header has 2.")]
    [InlineData("a,a\n1,2\n", "two columns called 'a'")]
    [InlineData("a,,b\n1,2,3\n", "a column without a name")]
    [InlineData("\na,b\n1,2\n", "a column without a name")]
    [InlineData("", "is no table that can be read")]
    [InlineData("a,b\n\"1,2\n", "is no table that can be read")]
    [InlineData("a,b\n\"1\"x,2\n", "is no table that can be read")]
    public void ABrokenTableIsToldWithItsPlace(string table, string problem) =>
        Assert.Contains(problem, Assert.Throws<DataException>(() => Load(table)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(""", "columns": {"both": ["age", "fares"]} """, "has no column 'fares'. Did you mean 'fare'? It has age, fare, name.")]
    [InlineData(""", "columns": {"both": ["age", "name"]} """, "the column 'name' is text, so it cannot be stacked with others.")]
    [InlineData(""", "select_columns": ["agee"] """, "has no column 'agee'. Did you mean 'age'? It has age, fare, name.")]
    [InlineData(""", "text_columns": ["nane"] """, "has no column 'nane'. Did you mean 'name'? It has age, fare, name.")]
    public void AColumnThatIsNotThereIsToldWithThoseThatAre(string options, string problem) =>
        Assert.Contains(problem, Assert.Throws<DataException>(() => Load("age,fare,name\n1,2,x\n", options)).Message, StringComparison.Ordinal);

    [Fact]
    public void ColumnsAreStackedAlongANewLastAxis()
    {
        using var scope = NewDisposeScope();
        var columns = Load("age,fare\n1,2.5\n3,4\n", """, "columns": {"both": ["fare", "age"]} """);

        Assert.Equal([2, 2], columns["both"].Values.Shape);
        Assert.Equal([2.5f, 1, 4, 3], columns["both"].Values.Numbers!.reshape(-1).data<float>().ToArray());
    }

    [Fact]
    public void TheHeaderTellsTheNamesBeforeTheTableIsRead()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("a.csv"), "age,fare\n1,broken\n");

        var known = Source(folder, """, "columns": {"both": ["age", "fare"]} """).Describe(readHeaders: true).Splits!["train"];

        Assert.Equal(["age", "fare", "both"], known.Columns!.Keys);
        Assert.Null(known.Count);
    }

    [Fact]
    public void AWideTableIsReadInOneGo()
    {
        using var scope = NewDisposeScope();
        var text = new StringBuilder().AppendJoin(',', Enumerable.Range(0, 3000).Select(i => $"c{i}")).Append('\n');
        foreach (var row in Enumerable.Range(0, 20))
        {
            text.AppendJoin(',', Enumerable.Range(0, 3000).Select(i => (1_000_000_000L * row + i).ToString(CultureInfo.InvariantCulture))).Append('\n');
        }

        var columns = Load(text.ToString());

        Assert.Equal(19_000_002_999, columns["c2999"].Values.Numbers![19].item<long>());
    }

    private static IReadOnlyDictionary<string, Column> Load(string table, string options = "")
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("a.csv"), table);
        return DatasetLoader.Load("table", Source(folder, options), new RandomKey(1)).Splits["train"];
    }

    private static DataSource Source(TempFolder folder, string options) =>
        Reading.Read<DataSource>(JsonNodes.Parse($$"""{"source": "csv", "path": "{{folder.Of("a.csv")}}" {{options}} }"""));
}
