using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.TensorBoard;

namespace ExperimentRunner.Runner.Runs;

/// <summary>What a run's last evaluation of a classifier got right and wrong: <c>classification.json</c> in its folder.</summary>
/// <param name="Step">The step of the evaluation.</param>
/// <param name="Name">What the evaluation is called, where there are several.</param>
/// <param name="Classes">How many classes there are.</param>
/// <param name="Cells">How many examples of a class were taken for a class; those of none are left out.</param>
/// <param name="Worst">The examples that are most wrong, the worst first.</param>
internal sealed record Classification(
    long Step, string? Name, int Classes, IReadOnlyList<(int Class, int Said, long Count)> Cells, IReadOnlyList<WronglyClassified> Worst)
{
    private const int LargestPicture = 64; // pixels a side; of larger ones every second, third … is taken
    private const int SmallestSquare = 256; // a flat input of so many values, a square number, is shown as a picture
    private const int FirstValues = 8;

    /// <summary>The file in a run's folder.</summary>
    internal static string FileIn(RunFolder folder) => folder.InFolder("classification.json");

    /// <summary>Sums up an examination.</summary>
    internal static Classification Of(Examination examination, long step, string? name) => new(
        step,
        name,
        examination.Classes,
        [.. examination.Counts().SelectMany((row, isClass) => row.Select((count, said) => (isClass, said, count)).Where(cell => cell.count > 0))],
        [.. examination.Worst.Select(wrong => new WronglyClassified(
            wrong.Number, wrong.Class, wrong.Said, wrong.ShareOfClass, wrong.ShareOfSaid, PictureOf(wrong)?.ToPng(), [.. wrong.Values.Take(FirstValues).Select(value => (double)value)]))]);

    /// <summary>Reads the file of a run; null where there is none, or it is broken.</summary>
    internal static Classification? Read(RunFolder folder)
    {
        try
        {
            return File.Exists(FileIn(folder)) && JsonNode.Parse(File.ReadAllText(FileIn(folder))) is JsonObject json ? From(json) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException or NullReferenceException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Writes the file of a run.</summary>
    internal void Write(RunFolder folder) => WholeFile.Write(FileIn(folder), file =>
    {
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteNumber("format", 1);
        json.WriteNumber("step", Step);
        json.WriteString("name", Name);
        json.WriteNumber("classes", Classes);
        json.WriteStartArray("cells");
        foreach (var (isClass, said, count) in Cells)
        {
            json.WriteRawValue(string.Create(CultureInfo.InvariantCulture, $"[{isClass},{said},{count}]"));
        }

        json.WriteEndArray();
        json.WriteStartArray("worst");
        foreach (var wrong in Worst)
        {
            json.WriteStartObject();
            json.WriteNumber("number", wrong.Number);
            json.WriteNumber("class", wrong.Class);
            json.WriteNumber("said", wrong.Said);
            json.WriteNumber("share_of_class", wrong.ShareOfClass);
            json.WriteNumber("share_of_said", wrong.ShareOfSaid);
            json.WriteStartArray("values");
            foreach (var value in wrong.Values.Where(double.IsFinite))
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
            if (wrong.Png is { } png)
            {
                json.WriteBase64String("png", png);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static Classification From(JsonObject json) => new(
        (long)json["step"]!,
        (string?)json["name"],
        (int)json["classes"]!,
        [.. json["cells"]!.AsArray().Select(cell => ((int)cell![0]!, (int)cell[1]!, (long)cell[2]!))],
        [.. json["worst"]!.AsArray().Select(wrong => new WronglyClassified(
            (long)wrong!["number"]!,
            (int)wrong["class"]!,
            (int)wrong["said"]!,
            (double)wrong["share_of_class"]!,
            (double)wrong["share_of_said"]!,
            wrong["png"] is { } png ? Convert.FromBase64String((string)png!) : null,
            [.. wrong["values"]!.AsArray().Select(value => (double)value!)]))]);

    /// <summary>What went into the model as a picture, its least value black and its greatest white; null where it is none.</summary>
    private static Picture? PictureOf(WrongExample wrong)
    {
        var shape = wrong.Shape is [var length] && length >= SmallestSquare && Math.Sqrt(length) is var side && side == Math.Truncate(side) ? [(long)side, (long)side] : wrong.Shape;
        if (shape is not ([_, _] or [_, _, 1 or 3 or 4]) || shape[0] < 2 || shape[1] < 2)
        {
            return null;
        }

        var (height, width, channels) = ((int)shape[0], (int)shape[1], shape.Count == 3 ? (int)shape[2] : 1);
        var every = (Math.Max(height, width) + LargestPicture - 1) / LargestPicture;
        var (least, greatest) = (wrong.Values.Min(), wrong.Values.Max());
        var scale = greatest > least ? 255 / (greatest - least) : 0;
        var (rows, columns) = ((height + every - 1) / every, (width + every - 1) / every);
        var pixels = new byte[rows * columns * channels];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, x, c) = (i / channels / columns * every, i / channels % columns * every, i % channels);
            pixels[i] = (byte)Math.Round((wrong.Values[(((y * width) + x) * channels) + c] - least) * scale);
        }

        return new Picture(rows, columns, channels, pixels);
    }
}

/// <summary>An example that was taken for another class.</summary>
/// <param name="Number">Its number in the evaluation, from 0.</param>
/// <param name="Class">The class it is of.</param>
/// <param name="Said">The class it was taken for.</param>
/// <param name="ShareOfClass">The probability given to its class.</param>
/// <param name="ShareOfSaid">The probability given to the class it was taken for.</param>
/// <param name="Png">What went into the model as a picture, where it is one.</param>
/// <param name="Values">The first values that went into the model.</param>
internal sealed record WronglyClassified(long Number, int Class, int Said, double ShareOfClass, double ShareOfSaid, byte[]? Png, IReadOnlyList<double> Values);
