using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Layers.Preprocessing.Images;
using ExperimentRunner.Engine.Tests.Layers.Preprocessing.Images;
using ExperimentRunner.Tests;
using SkiaSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs;

public class ImageFolderTests
{
    [Fact]
    public void ClassesAreFoldersInOrderAndExamplesTheirPicturesInOrder()
    {
        using var scope = NewDisposeScope();
        using var folder = Folder();

        using var data = Source(folder, """ "image_size": [4, 6] """).Read(default);
        var (x, y) = (Numbers(data, "x"), Numbers(data, "y"));

        Assert.Equal([4L, 4, 6, 3], x.shape);
        Assert.Equal([0, 0, 1, 1], y.data<int>().ToArray()); // cat/a.png, cat/deep/b.png, dog/B.PNG, dog/a.png
        Assert.Equal([10f, 20, 30, 40], x.select(1, 0).select(1, 0).select(1, 0).data<float>().ToArray());
    }

    [Theory]
    [InlineData("rgb", 3), InlineData("rgba", 4), InlineData("grayscale", 1)]
    public void ChannelsAreThoseAskedFor(string mode, int channels)
    {
        using var scope = NewDisposeScope();
        using var folder = Folder();

        using var data = Source(folder, $""" "image_size": [4, 6], "color_mode": "{mode}" """).Read(default);
        var pixel = Numbers(data, "x")[0, 0, 0].data<float>().ToArray();

        float[] all = [10, 100, 200, 255];
        Assert.Equal(channels == 1 ? [MathF.Round((10 * 0.299f) + (100 * 0.587f) + (200 * 0.114f))] : all[..channels], pixel);
    }

    [Fact]
    public void PicturesAreResizedAsTheLayerResizes()
    {
        using var scope = NewDisposeScope();
        using var folder = Folder();
        using var whole = Source(folder, """ "image_size": [4, 6] """).Read(default);

        foreach (var (option, layer) in new[]
        {
            ("false", new Resizing { Height = 3, Width = 3 }),
            ("true", new Resizing { Height = 3, Width = 3, CropToAspectRatio = true }),
        })
        {
            using var data = Source(folder, $""" "image_size": [3, 3], "crop_to_aspect_ratio": {option} """).Read(default);
            Pixels.AssertClose(Pixels.Through(layer, Numbers(whole, "x")), Numbers(data, "x"));
        }
    }

    [Theory]
    [InlineData("\"categorical\"", new[] { 1f, 0, 1, 0, 0, 1, 0, 1 }), InlineData("\"binary\"", new[] { 0f, 0, 1, 1 })]
    public void LabelsAreWrittenAsAsked(string mode, float[] expected)
    {
        using var scope = NewDisposeScope();
        using var folder = Folder();

        using var data = Source(folder, $""" "image_size": [2, 2], "label_mode": {mode} """).Read(default);

        Assert.Equal(expected, Numbers(data, "y").reshape(-1).data<float>().ToArray());
    }

    [Fact]
    public void ClassesMayBeChosenAndOrdered()
    {
        using var scope = NewDisposeScope();
        using var folder = Folder();

        using var data = Source(folder, """ "image_size": [2, 2], "class_names": ["dog", "cat"] """).Read(default);

        Assert.Equal([0, 0, 1, 1], Numbers(data, "y").data<int>().ToArray());
        Assert.Equal(30, Numbers(data, "x")[0, 0, 0, 0].item<float>());
    }

    [Fact]
    public void WithoutLabelsThereIsNoColumnOfThem()
    {
        using var folder = Folder();

        using var data = Source(folder, """ "image_size": [2, 2], "label_mode": null """).Read(default);

        Assert.Equal(["x"], data.Splits["train"].Keys);
    }

    [Fact]
    public void HeadersTellWhatIsRead()
    {
        using var folder = Folder();

        var split = Source(folder, """ "image_size": [4, 6] """).Describe(readHeaders: true).Splits!["train"];

        Assert.Equal(4, split.Count);
        Assert.Equal("[batch, 4, 6, 3]", split.Columns!["x"]!.ToString());
    }

    [Fact]
    public void ADamagedPictureIsTold()
    {
        using var folder = Folder();
        File.WriteAllBytes(folder.Of("pets/cat/z.png"), File.ReadAllBytes(folder.Of("pets/cat/a.png"))[..40]);

        var error = Assert.Throws<DataException>(() => Source(folder, """ "image_size": [2, 2] """).Read(default));

        Assert.Equal($"{folder.Of("pets/cat/z.png")} is no picture that can be read: it is damaged, or not of the kind its name says.", error.Message);
    }

    [Fact]
    public void AClassThatIsNotThereIsTold()
    {
        using var folder = Folder();

        var error = Assert.Throws<DataException>(() => Source(folder, """ "class_names": ["dogs"] """).Read(default));

        Assert.Equal($"{folder.Of("pets")} has no folder of the class 'dogs'. Did you mean 'dog'? It has cat, dog.", error.Message);
    }

    private static Tensor Numbers(Dataset data, string column) => data.Splits["train"][column].Range(0, data.Splits["train"][column].Count);

    private static DataSource Source(TempFolder folder, string options) => Reading.Read<DataSource>(
        JsonNodes.Parse($$"""{"source": "image_folder", "path": {{System.Text.Json.JsonSerializer.Serialize(folder.Of("pets"))}}, {{options}}}"""));

    /// <summary>Two cats and two dogs, each of one color that its red tells, but for noise in the last pixels.</summary>
    private static TempFolder Folder()
    {
        var folder = new TempFolder();
        var red = (byte)10;
        foreach (var file in new[] { "cat/a.png", "cat/deep/b.png", "dog/B.PNG", "dog/a.png" })
        {
            var path = folder.Of($"pets/{file}");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var bitmap = new SKBitmap(6, 4, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            for (var i = 0; i < 24; i++)
            {
                bitmap.SetPixel(i % 6, i / 6, i < 12 ? new SKColor(red, 100, 200) : new SKColor((byte)(i * 9), (byte)(255 - (i * 7)), 60));
            }

            using var target = File.Create(path);
            Assert.True(bitmap.Encode(target, SKEncodedImageFormat.Png, 100));
            red += 10;
        }

        File.WriteAllText(folder.Of("pets/cat/notes.txt"), "no picture");
        Directory.CreateDirectory(folder.Of("pets/.hidden"));
        return folder;
    }
}
