using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;

namespace ExperimentRunner.Engine.Tests.Inputs;

public class DataSourceFormTests
{
    [Theory]
    [InlineData("{}", "The data set does not say its 'source'.")]
    [InlineData("""{"source": null}""", "source is null.")]
    [InlineData("""{"source": "minst"}""", "There is no source 'minst'. Did you mean 'mnist'?")]
    [InlineData("""{"source": "image_folder", "path": "a", "crop_to_aspect_ratio": true, "pad_to_aspect_ratio": true}""", "Pictures are to be cropped and padded.")]
    [InlineData("""{"source": "image_folder", "path": "a", "label_mode": null, "class_names": ["b"]}""", "There are classes, but no labels.")]
    [InlineData("""{"source": "mnist", "spilt": {}}""", "The source mnist has no option 'spilt'. Did you mean 'split'?")]
    [InlineData("""{"source": "mnist", "stream": "always"}""", "stream cannot be 'always'.")]
    [InlineData("""{"source": "mnist", "shuffle_buffer": 0}""", "shuffle_buffer is 0, which is out of range.")]
    [InlineData("""{"source": "npz"}""", "The source does not say its file.")]
    [InlineData("""{"source": "npz", "paths": {}}""", "The source does not say its file.")]
    [InlineData("""{"source": "npz", "path": "a", "paths": {"train": "b"}}""", "'path' and 'paths' stand side by side.")]
    [InlineData("""{"source": "npz", "paths": {"train.a": "b"}}""", "'train.a' cannot be the name of a split.")]
    [InlineData("""{"source": "csv", "path": "a", "columns": {"both": []}}""", "The column 'both' is made of none.")]
    [InlineData("""{"source": "csv", "path": "a", "field_delim": "::"}""", "field_delim is '::'.")]
    [InlineData("""{"source": "idx"}""", "The source idx needs 'paths'.")]
    [InlineData("""{"source": "mnist", "split": {}}""", "The split makes no part.")]
    [InlineData("""{"source": "mnist", "split": {"train": 0.5}}""", "'train' cannot be the name of a new split.")]
    [InlineData("""{"source": "mnist", "split": {"a.b": 0.5}}""", "'a.b' cannot be the name of a new split.")]
    [InlineData("""{"source": "mnist", "split": {"validation": 1}}""", "validation is 1, which is out of range.")]
    [InlineData("""{"source": "mnist", "split": {"validation": 10}}""", "validation is 10, which is out of range.")]
    [InlineData("""{"source": "mnist", "split": {"validation": 0.5, "test": 0.5}}""", "The parts leave nothing for 'train'.")]
    [InlineData("""{"source": "mnist", "split": {"validation": 0.5, "seed": "x"}}""", "seed is text 'x'.")]
    [InlineData("""{"source": "mnist", "split": 0.1}""", "split is the number 0.1.")]
    [InlineData("""{"source": "mnist", "transform": {"x": [{"Dropout": {"rate": 0.5}}]}}""", "Dropout draws at random, so it belongs in the model.")]
    [InlineData("""{"source": "mnist", "transform": {"y": [{"to_categorical": {"num_clases": 10}}]}}""", "to_categorical has no option 'num_clases'. Did you mean 'num_classes'?")]
    public void AMistakeIsToldInTheFilesWords(string json, string problem)
    {
        var errors = Assert.Throws<ConfigException>(() => Read(json)).Errors;

        Assert.Equal(problem, Assert.Single(errors).Problem);
    }

    [Fact]
    public void IsWrittenWithTheSourceFirstAndEveryDefault()
    {
        var source = Read("""{"path": "/data/a.csv", "transform": {"y": ["to_categorical", {"Rescaling": {"scale": 2}}]}, "split": {"test": 0.2, "validation": 0.1}, "source": "csv"}""");

        var written = Form.Of(typeof(DataSource)).Write(source, null, Dialect.Experiment);

        var mapping = Assert.IsType<MappingNode>(written);
        Assert.Equal(["source", "field_delim"], mapping.Entries.Take(2).Select(entry => entry.Name));
        Assert.Equal("/data/a.csv", ((ScalarNode)mapping["path"]!).Text);
        Assert.Equal(["test", "validation", "seed"], ((MappingNode)mapping["split"]!).Entries.Select(entry => entry.Name));
        Assert.Equal("auto", ((ScalarNode)mapping["stream"]!).Text);
        var again = Assert.IsType<CsvSource>(Reading.Read<DataSource>(mapping));
        Assert.Equal(["to_categorical", "Rescaling"], again.Transform["y"].Select(transform => transform.Layer is Engine.Layers.Preprocessing.Rescaling ? "Rescaling" : "to_categorical"));
        Assert.Equal(source.Split!.Counts(100), again.Split!.Counts(100));
    }

    [Fact]
    public void KnowsWhatCanBeKnownWithoutReading()
    {
        var mnist = Read("""{"source": "mnist"}""").Describe().Splits!;
        Assert.Equal((60_000, "[batch, 28, 28]"), (mnist["train"].Count, mnist["train"].Columns!["x"]!.ToString()));
        Assert.Equal((10_000, "[batch]"), (mnist["test"].Count, mnist["test"].Columns!["y"]!.ToString()));

        var table = Read("""{"source": "csv", "paths": {"train": "/nowhere/a.csv", "test": "/nowhere/b.csv"}}""").Describe().Splits!;
        Assert.Equal(["train", "test"], table.Keys);
        Assert.Null(table["train"].Columns);

        var idx = Read("""{"source": "idx", "paths": {"train": {"x": "/nowhere/x", "y": "/nowhere/y"}}}""").Describe().Splits!;
        Assert.Equal(["x", "y"], idx["train"].Columns!.Keys);
        Assert.Null(idx["train"].Columns!["x"]);
    }

    [Theory]
    [InlineData("""{"source": "csv", "path": "/nowhere/a.csv"}""", "/nowhere/a.csv")]
    [InlineData("""{"source": "npz", "path": "/nowhere/a.npz"}""", "/nowhere/a.npz")]
    [InlineData("""{"source": "npy", "path": "/nowhere/a.npy"}""", "/nowhere/a.npy")]
    [InlineData("""{"source": "idx", "paths": {"train": {"x": "/nowhere/x", "y": "/nowhere/y"}}}""", "/nowhere/x")]
    public void AFileThatIsNotThereIsToldBeforeAnythingIsRead(string json, string path)
    {
        var source = Read(json);

        Assert.Equal($"There is no file {path}.", Assert.Throws<DataException>(() => source.Describe(readHeaders: true)).Message);
        Assert.Contains(path, source.Files);
    }

    private static DataSource Read(string json) => Reading.Read<DataSource>(JsonNodes.Parse(json));
}
