namespace ExperimentRunner.Runner.Runs.Comparing;

/// <summary>How runs differ, and how they did: figures and words only, for tables, files and pages to draw.</summary>
/// <param name="Columns">What is compared: runs, or groups of runs that differ only in their seed.</param>
/// <param name="Baseline">Which column the others are held against.</param>
/// <param name="Settings">Values of the experiments that are not the same in all columns; the layers are in <paramref name="Models"/>.</param>
/// <param name="Models">How the models differ from the baseline's, for each column whose model does.</param>
/// <param name="Data">Digests of data files that are not the same in all columns.</param>
/// <param name="Environment">Commit, machine and versions that are not the same in all columns.</param>
/// <param name="Figures">What was measured, side by side.</param>
/// <param name="Remarks">What a reader should know, in sentences.</param>
internal sealed record Comparison(
    IReadOnlyList<ComparedColumn> Columns,
    int Baseline,
    IReadOnlyList<Difference> Settings,
    IReadOnlyList<ModelDifference> Models,
    IReadOnlyList<Difference> Data,
    IReadOnlyList<Difference> Environment,
    IReadOnlyList<ComparedFigure> Figures,
    IReadOnlyList<string> Remarks);

/// <summary>One thing that is compared.</summary>
/// <param name="Label">What people call it: <c>mnist_cnn/20261122-171501</c>, or the name and the seeds of a group.</param>
/// <param name="Runs">The runs in it; one, unless it is a group.</param>
/// <param name="Model">The model; null where it is not known.</param>
internal sealed record ComparedColumn(string Label, IReadOnlyList<RunSummary> Runs, RunModel? Model);

/// <summary>A value that is not the same in all columns.</summary>
/// <param name="What">What it is the value of.</param>
/// <param name="Values">The value in each column; null where it has none.</param>
internal sealed record Difference(string What, IReadOnlyList<string?> Values);

/// <summary>How the model of a column differs from the baseline's.</summary>
/// <param name="Column">The column.</param>
/// <param name="Layers">The layers that differ.</param>
/// <param name="ParametersBefore">All parameters of the baseline's model; null where they are not known.</param>
/// <param name="ParametersAfter">All parameters of the column's model; null where they are not known.</param>
internal sealed record ModelDifference(int Column, IReadOnlyList<LayerDifference> Layers, long? ParametersBefore, long? ParametersAfter);

/// <summary>What happened to a layer.</summary>
internal enum LayerChange
{
    /// <summary>Its options, inputs or weights are other ones.</summary>
    Changed,

    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>It stands elsewhere.</summary>
    Moved,
}

/// <summary>How a layer differs from the one it answers to.</summary>
/// <param name="Change">What happened.</param>
/// <param name="Before">The layer of the baseline; null when it is new.</param>
/// <param name="After">The layer of the column; null when it is gone.</param>
/// <param name="Options">The options that differ: before and after.</param>
/// <param name="Words">The whole in a sentence: <c>conv2d_1: filters 64 → 32 (−18,464 parameters)</c>.</param>
internal sealed record LayerDifference(LayerChange Change, RunLayer? Before, RunLayer? After, IReadOnlyList<OptionDifference> Options, string Words);

/// <summary>How an option differs.</summary>
/// <param name="Name">The option.</param>
/// <param name="Before">Its value before; null where there was none.</param>
/// <param name="After">Its value after; null where there is none.</param>
internal sealed record OptionDifference(string Name, string? Before, string? After);

/// <summary>What a figure tells.</summary>
internal enum FigureKind
{
    /// <summary>The last measurement.</summary>
    Last,

    /// <summary>The best measurement.</summary>
    Best,

    /// <summary>How long the run took.</summary>
    Seconds,

    /// <summary>How many examples a second were trained on.</summary>
    ExamplesPerSecond,

    /// <summary>How many parameters the model has.</summary>
    Parameters,
}

/// <summary>A figure in all columns.</summary>
/// <param name="Label">The curve it is of: <c>val_loss</c>, <c>evaluate/accuracy</c>; or <c>seconds</c>.</param>
/// <param name="Kind">What it tells.</param>
/// <param name="HigherIsBetter">Which direction is better; null where neither is.</param>
/// <param name="Values">The figure in each column; null where it was not measured.</param>
internal sealed record ComparedFigure(string Label, FigureKind Kind, bool? HigherIsBetter, IReadOnlyList<ComparedValue?> Values);

/// <summary>A figure of one column.</summary>
/// <param name="Mean">The value, or the mean of a group's.</param>
/// <param name="Deviation">The standard deviation between the runs of a group; null for one run.</param>
/// <param name="Count">How many runs it is from.</param>
/// <param name="Step">The step it was measured at; null where the runs of a group differ in it, or there is none.</param>
/// <param name="Difference">How far it is from the baseline's; null for the baseline, and where that has none.</param>
/// <param name="IsNoise">Whether that may be chance: the 95 % interval of the difference contains 0. Null where nothing can tell.</param>
internal sealed record ComparedValue(double Mean, double? Deviation, int Count, long? Step, double? Difference, bool? IsNoise);
