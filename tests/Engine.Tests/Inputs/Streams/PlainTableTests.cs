using System.Globalization;
using System.Text;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs.Streams;

/// <summary>Tables without quotation marks are read from their bytes; what comes out is what the reader of all tables makes of them.</summary>
public class PlainTableTests
{
    private static readonly string[] Cells =
    [
        "0", "-0", "1", "+7", "-12", "007", "3.5", "-0.0001", ".5", "5.", "1e3", "-2.5E-7", "16777217", "16777217.0", "0.1", "123456789.123456789", "9007199254740993",
        "9223372036854775807", "123456789012345678901234567890", " 4 ", "1,", "Infinity", "NaN", "", " ", "3.4028236e38", "0.000000000000000000000000000000000000001",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheBytesOfATableSayWhatItsLettersSay(int seed)
    {
        using var scope = NewDisposeScope();
        var key = new RandomKey((ulong)seed);
        var body = new StringBuilder();
        for (var row = 0L; row < 700; row++)
        {
            string Cell(int column) => Cells[(int)(key[(row * 8) + column] % (ulong)Cells.Length)].Replace(",", "", StringComparison.Ordinal);
            var number = ((long)key[(row * 8) + 7] / 1e17).ToString(row % 2 == 0 ? "R" : "F7", CultureInfo.InvariantCulture);
            body.Append(CultureInfo.InvariantCulture, $"{(row < 40 ? row.ToString(CultureInfo.InvariantCulture) : Cell(0))},{number},wört {row % 5},{(row < 200 ? "" : $"t{row}")},{row}{(row % 3 == 0 ? "\r\n" : "\n")}{(row % 50 == 0 ? " \n\n" : "")}");
        }

        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("plain.csv"), "a,b,c,d,e\n" + body);
        File.WriteAllText(folder.Of("quoted.csv"), "\"a\",b,c,d,e\n" + body);
        var (plain, quoted) = (CsvRows.Scan(new CsvSource(), folder.Of("plain.csv")), CsvRows.Scan(new CsvSource(), folder.Of("quoted.csv")));
        string[] names = ["a", "b", "c", "d", "e"];
        using var one = plain.Open(names);
        using var other = quoted.Open(names);

        Assert.Equal((700, 700), (plain.Count, quoted.Count));
        Assert.Equal(quoted.Columns.Select(column => column.Value.Type), plain.Columns.Select(column => column.Value.Type));
        foreach (var (start, length) in new[] { (0, 700), (3, 1), (650, 50), (40, 33) })
        {
            foreach (var (mine, theirs) in one.Read(start, length).Zip(other.Read(start, length)))
            {
                Assert.Equal(theirs.Text?.Values, mine.Text?.Values);
                Assert.Equal(theirs.Numbers?.bytes.ToArray(), mine.Numbers?.bytes.ToArray());
            }
        }
    }

    [Fact]
    public void ATableThatTurnsOutToHaveQuotationMarksIsReadFromItsBeginning()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        var rows = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i},word\n"));
        File.WriteAllText(folder.Of("a.csv"), $"n,w\n{rows}7,\"two\nlines, one cell\"\n");

        using var table = CsvRows.Scan(new CsvSource(), folder.Of("a.csv")).Open(["n", "w"]);

        Assert.Equal(["word", "two\nlines, one cell"], table.Read(99_999, 2)[1].Text!.Values);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n4,5,6\n", "FILE:3: 'x' in the column 'b' is no number. If the column is text, say text_columns: [b].")]
    [InlineData("a,b\n1,2\n4,5,6\n3,x\n", "FILE:3: the row has 3 cells, but the header has 2.")]
    [InlineData("a,b\n1,2\n\n3,4\n5,y\nz,1\n", "FILE:5: 'y' in the column 'b' is no number. If the column is text, say text_columns: [b].")]
    [InlineData("a,b\n1,2\n7,y\nz,1\n", "FILE:3: 'y' in the column 'b' is no number. If the column is text, say text_columns: [b].")]
    public void TheFirstMistakeIsToldWithItsLine(string table, string told)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("a.csv"), table);

        var problem = Assert.Throws<DataException>(() => CsvRows.Scan(new CsvSource(), folder.Of("a.csv")));

        Assert.Equal(told, problem.Message.Replace(folder.Of("a.csv"), "FILE", StringComparison.Ordinal));
    }

    [Fact]
    public void NumbersAreTheFloatsNearestToThem()
    {
        var key = new RandomKey(5);
        for (var i = 0L; i < 200_000; i++)
        {
            var digits = (key[2 * i] >> (int)(key[(2 * i) + 1] % 60)).ToString(CultureInfo.InvariantCulture);
            var point = (int)(key[(2 * i) + 1] / 64 % (ulong)(digits.Length + 1));
            var text = $"{(i % 2 == 0 ? "-" : "")}{digits[..point]}.{digits[point..]}";
            if (PlainNumber.TryRead(Encoding.UTF8.GetBytes(text), out var number) && number.TryFloat(out var value))
            {
                Assert.Equal(float.Parse(text, CultureInfo.InvariantCulture), value);
            }
        }
    }
}
