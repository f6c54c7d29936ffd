using System.Globalization;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators.Exporters;

/// <summary>The form of an exported model.</summary>
public enum ExportFormat
{
    /// <summary>Keras 3's <c>.keras</c>.</summary>
    Keras,

    /// <summary>Keras's <c>.h5</c>.</summary>
    H5,
}

/// <summary>Writes the model after evaluations of a <c>train_and_evaluate</c>, as <c>export/NAME/STEP.keras</c>.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.Exporter</c>, which writes SavedModels.</remarks>
[RefusedOption("serving_input_receiver_fn", "it holds Python code, and a file here is data; a model takes arrays by the names of its inputs")]
[RefusedOption("assets_extra", "a model's file holds the model alone")]
[IgnoredOption("as_text")]
public abstract record Exporter : IPlaced, IChecked
{
    /// <summary>The form of the files.</summary>
    public ExportFormat Format { get; init; }

    /// <summary>What its folder is called, which its <c>name</c> says.</summary>
    internal abstract string Folder { get; }

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;

    /// <inheritdoc/>
    public virtual IEnumerable<OptionMistake> FindMistakes()
    {
        if (Folder.Length == 0 || Folder.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()) || Folder is "." or "..")
        {
            yield return new OptionMistake("name", $"'{Folder}' cannot be the name of a folder.", "a name such as best");
        }
    }

    /// <summary>Begins to export.</summary>
    /// <param name="folder">Where exports of all exporters lie.</param>
    public abstract ExporterRun Start(string folder);
}

/// <summary>An exporter at work in one training.</summary>
/// <param name="definition">The exporter.</param>
/// <param name="folder">Where exports of all exporters lie.</param>
/// <param name="keep">How many of its exports stay; null is all.</param>
public abstract partial class ExporterRun(Exporter definition, string folder, int? keep) : IResumable
{
    private bool _warned;

    /// <summary>An evaluation was made.</summary>
    public virtual void AfterEvaluation(Training training, Logs logs)
    {
    }

    /// <summary>Training ended.</summary>
    public virtual void AtEnd(Training training)
    {
    }

    /// <inheritdoc/>
    public virtual void Save(SavedState state)
    {
    }

    /// <inheritdoc/>
    public virtual void Restore(SavedState state)
    {
    }

    /// <summary>Writes the model as it is, and deletes the oldest of its exports. What cannot be written is told once.</summary>
    protected void Export(Training training)
    {
        var ending = definition.Format == ExportFormat.Keras ? "keras" : "h5";
        var own = Path.Combine(folder, definition.Folder);
        var path = Path.Combine(own, string.Create(CultureInfo.InvariantCulture, $"{training.Step}.{ending}"));
        try
        {
            ModelFile.Save(path, training.Trainer.Model, training.Trainer.Options, training.Trainer.Optimizer, clock: training.Place.Clock);
            var exports = Directory.GetFiles(own).Where(file => FileName().IsMatch(Path.GetFileName(file)))
                .OrderBy(file => long.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture)).ToList();
            exports.SkipLast(keep ?? exports.Count).ToList().ForEach(File.Delete);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or ModelFileException)
        {
            if (!_warned)
            {
                training.Place.Warn($"The exporter '{definition.Folder}' cannot write {path}: {trouble.Message} Training goes on.");
                _warned = true;
            }
        }
    }

    [GeneratedRegex(@"^\d+\.(keras|h5)$")]
    private static partial Regex FileName();
}
