using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Saves checkpoints of the estimator into a folder: at the start, every few steps or seconds, and at the end.</summary>
/// <remarks>
/// Writes: <c>model.ckpt-{step}.safetensors</c> in <c>checkpoint_dir</c>; the newest five stay. The estimator's own checkpoints are kept besides.
/// Source: TensorFlow 2.15, <c>tf.estimator.CheckpointSaverHook</c>.
/// </remarks>
/// <example>CheckpointSaverHook: { checkpoint_dir: more, save_steps: 500 }</example>
[KerasName("CheckpointSaverHook")]
[IgnoredOption("save_graph_def")]
[RefusedOption("checkpoint_basename", "checkpoints are called model.ckpt-STEP")]
[RefusedOption("saver", "RunConfig says how many checkpoints stay")]
[RefusedOption("scaffold", "a model here has weights, not graphs")]
[RefusedOption("listeners", "they hold Python code, and a file here is data")]
public sealed record CheckpointSaving : Hook, IChecked
{
    /// <summary>The folder; a relative one lies in the run folder.</summary>
    public required string CheckpointDir { get; init; }

    /// <summary>After so many seconds.</summary>
    [Above(0)]
    public double? SaveSecs { get; init; }

    /// <summary>After so many steps.</summary>
    [AtLeast(1)]
    public int? SaveSteps { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if ((SaveSteps is null) == (SaveSecs is null))
        {
            yield return new OptionMistake("save_steps", SaveSteps is null ? "The hook does not say when to save." : "The hook says 'save_steps' and 'save_secs'.", "one of save_steps and save_secs");
        }
    }

    /// <inheritdoc/>
    public override TrainingHook Start(Surroundings place) => new CheckpointSaverHook(
        new CheckpointStore(place.PathOf(CheckpointDir)), new RunConfig { SaveCheckpointsSteps = SaveSteps, SaveCheckpointsSecs = SaveSecs }, place.Clock, (_, _) => { });
}
