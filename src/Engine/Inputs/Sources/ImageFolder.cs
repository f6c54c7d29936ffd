using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Layers.Preprocessing.Images;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Pictures in folders, one folder a class.</summary>
/// <remarks>
/// Columns: <c>x</c>, float32 <c>[height, width, channels]</c> with values from 0 to 255; <c>y</c>, the number of the class.
/// Classes are the folders in the order of their names, and the examples of a class its files in the order of theirs, folders inside
/// it included. Files that do not end as pictures do, and folders whose name begins with a dot, are passed over.
/// Errors: a damaged picture is told by its name.
/// Source: Keras 3, <c>keras.utils.image_dataset_from_directory</c>.
/// </remarks>
[KerasName("image_folder")]
public sealed record ImageFolder : FileSource
{
    /// <summary>The height and the width that pictures are made to have.</summary>
    [PerAxis(2), AtLeast(1)]
    public IReadOnlyList<int> ImageSize { get; init; } = [256, 256];

    /// <summary>Which channels pictures have.</summary>
    public ColorMode ColorMode { get; init; } = ColorMode.Rgb;

    /// <summary>How the class is told; null has no classes, and takes every picture in the folder.</summary>
    public LabelMode? LabelMode { get; init; } = Sources.LabelMode.Int;

    /// <summary>The classes in order, where it is not that of their names, or where not all are wanted.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>How values between pixels are made up.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>Whether proportions are kept, and what is too much cut off at both sides.</summary>
    public bool CropToAspectRatio { get; init; }

    /// <summary>Whether proportions are kept, and what is missing added at both sides, as black.</summary>
    public bool PadToAspectRatio { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => [.. base.Files.SelectMany(folder => Pictures(folder).Select(picture => picture.Path))];

    private int Channels => ColorMode switch { ColorMode.Grayscale => 1, ColorMode.Rgb => 3, _ => 4 };

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes()
    {
        var mistakes = base.FindMistakes();
        if (CropToAspectRatio && PadToAspectRatio)
        {
            mistakes = mistakes.Append(new OptionMistake("pad_to_aspect_ratio", "Pictures are to be cropped and padded.", "one of 'crop_to_aspect_ratio' and 'pad_to_aspect_ratio'"));
        }

        return LabelMode is null && ClassNames is not null
            ? mistakes.Append(new OptionMistake("class_names", "There are classes, but no labels.", "a label_mode, or no class_names"))
            : mistakes;
    }

    private protected override IReadOnlyDictionary<string, ColumnHeader> ReadHeader(string path)
    {
        var (count, classes) = (Pictures(path).Count, Classes(path).Count);
        var columns = new Dictionary<string, ColumnHeader>
        {
            ["x"] = new(new Spec(Shape.OfBatch(ImageSize[0], ImageSize[1], Channels)), count),
        };
        if (LabelMode is { } mode)
        {
            columns["y"] = new(
                mode switch
                {
                    Sources.LabelMode.Int => new Spec(Shape.OfBatch(), DataType.Int32),
                    Sources.LabelMode.Binary => new Spec(Shape.OfBatch(1)),
                    _ => new Spec(Shape.OfBatch(classes)),
                },
                count);
        }

        return columns;
    }

    private protected override IReadOnlyDictionary<string, ArrayValues> ReadFile(string path)
    {
        var rows = OpenFile(path);
        using var reader = rows.Open([.. rows.Columns.Keys]);
        return rows.Columns.Keys.Zip(reader.Read(0, (int)rows.Count)).ToDictionary(column => column.First, column => column.Second, StringComparer.Ordinal);
    }

    private protected override RowTable OpenFile(string path) => new PictureRows(
        path, Pictures(path), ReadHeader(path).ToDictionary(column => column.Key, column => column.Value.Spec!, StringComparer.Ordinal), Picture, Labels);

    /// <summary>A picture as the model takes it, in the caller's scope.</summary>
    private Tensor Picture(string path)
    {
        var size = new ImageSize(ImageSize[0], ImageSize[1], Interpolation);
        var picture = ImageFile.Read(path, Channels).to_type(ScalarType.Float32).permute(2, 0, 1).unsqueeze(0);
        var sized = CropToAspectRatio ? size.Crop(picture) : PadToAspectRatio ? size.Pad(picture, 0) : size.Stretch(picture);
        return sized.permute(0, 2, 3, 1);
    }

    /// <summary>The numbers of classes as the labels are told.</summary>
    private Tensor Labels(int[] classes, Spec spec)
    {
        var y = tensor(classes);
        return LabelMode switch
        {
            Sources.LabelMode.Int => y,
            Sources.LabelMode.Binary => y.to_type(ScalarType.Float32).unsqueeze(1),
            _ => nn.functional.one_hot(y.to_type(ScalarType.Int64), spec.Shape.Last!.Value).to_type(ScalarType.Float32),
        };
    }

    /// <summary>The classes: the folders in a folder.</summary>
    private IReadOnlyList<string> Classes(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new DataException($"There is no folder {path}.");
        }

        if (LabelMode is null)
        {
            return [""];
        }

        var found = Directory.GetDirectories(path).Select(folder => System.IO.Path.GetFileName(folder)).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal).ToList();
        if (ClassNames?.FirstOrDefault(name => !found.Contains(name)) is { } missing)
        {
            throw new DataException($"{path} has no folder of the class '{missing}'.{NearestName.Hint(missing, found)} It has {string.Join(", ", found)}.");
        }

        var classes = ClassNames ?? found;
        return classes.Count == 0 ? throw new DataException($"{path} has no folders, so there are no classes.")
            : LabelMode == Sources.LabelMode.Binary && classes.Count != 2
                ? throw new DataException($"{path} has {classes.Count} classes, but label_mode binary is for two: {string.Join(", ", classes)}.")
            : classes;
    }

    /// <summary>The pictures in order, each with the number of its class.</summary>
    private IReadOnlyList<(string Path, int Class)> Pictures(string path)
    {
        var pictures = Classes(path).SelectMany((name, number) => Folders(System.IO.Path.Combine(path, name))
            .SelectMany(folder => Directory.GetFiles(folder).Order(StringComparer.Ordinal))
            .Where(file => ImageFile.Endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            .Select(file => (file, number))).ToList();
        return pictures.Count > 0 ? pictures
            : throw new DataException($"{path} has no pictures: no file there ends in {string.Join(", ", ImageFile.Endings)}.");
    }

    /// <summary>A folder and those inside it, in the order of their paths; links are not followed.</summary>
    private static IEnumerable<string> Folders(string path) => Directory
        .GetDirectories(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
        .Append(path).Order(StringComparer.Ordinal);
}

/// <summary>Which channels pictures have.</summary>
public enum ColorMode
{
    /// <summary>One: gray.</summary>
    Grayscale,

    /// <summary>Three: red, green, blue.</summary>
    Rgb,

    /// <summary>Four: red, green, blue, and how opaque a pixel is.</summary>
    Rgba,
}

/// <summary>How the class of an example is told.</summary>
public enum LabelMode
{
    /// <summary>The number of the class: int32.</summary>
    Int,

    /// <summary>0 or 1, of two classes: float32, <c>[1]</c>.</summary>
    Binary,

    /// <summary>A 1 at the class's place: float32, <c>[classes]</c>.</summary>
    Categorical,
}
