using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>A sequence that a cell walks along in ONNX.</summary>
/// <param name="Steps">The steps, <c>[time, batch, …]</c>.</param>
/// <param name="Sequence">The sequence as the layer has it, <c>[batch, time, …]</c>.</param>
/// <param name="States">The states before the first step, <c>[batch, …]</c>; none where they are zero.</param>
/// <param name="Backwards">Whether the last step is the first to be seen.</param>
/// <param name="Lengths">How many steps of each example count, int32; null where all do.</param>
internal sealed record OnnxWalk(string Steps, Spec Sequence, IReadOnlyList<string> States, bool Backwards, string? Lengths);
