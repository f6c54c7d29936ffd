using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Estimators;

namespace ExperimentRunner.Runner.Configuration.Sections;

/// <summary>The section <c>estimator:</c>: how the model becomes one.</summary>
[RefusedOption("feature_columns", Premade.Columns)]
[RefusedOption("DNNClassifier", Premade.DNNClassifier)]
[RefusedOption("DNNRegressor", Premade.DNNRegressor)]
[RefusedOption("DNNEstimator", Premade.DNNEstimator)]
[RefusedOption("LinearClassifier", Premade.LinearClassifier)]
[RefusedOption("LinearRegressor", Premade.LinearRegressor)]
[RefusedOption("LinearEstimator", Premade.LinearEstimator)]
[RefusedOption("DNNLinearCombinedClassifier", Premade.DNNLinearCombinedClassifier)]
[RefusedOption("DNNLinearCombinedRegressor", Premade.DNNLinearCombinedRegressor)]
[RefusedOption("DNNLinearCombinedEstimator", Premade.DNNLinearCombinedEstimator)]
public sealed record EstimatorSection : IPlaced
{
    /// <summary>What is converted.</summary>
    public EstimatorMode Mode { get; init; } = EstimatorMode.KerasModel;

    /// <summary>The saved, compiled model that is converted, in the mode of that name.</summary>
    public FilePath? KerasModelPath { get; init; }

    /// <summary>Where checkpoints are kept; inside the run folder by default.</summary>
    public FilePath? ModelDir { get; init; }

    /// <summary>How checkpoints are kept and progress is told.</summary>
    public RunConfig Config { get; init; } = new();

    /// <summary>Where start weights come from, instead of the model's own.</summary>
    public WarmStart? WarmStartFrom { get; init; }

    /// <summary>The folder that one of the two places names.</summary>
    internal FilePath? Folder => ModelDir ?? Config.ModelDir;

    /// <inheritdoc/>
    [NotAnOption]
    public SourceSpan At { get; set; } = SourceSpan.Nowhere;
}

/// <summary>What an estimator is made from.</summary>
[RefusedChoice("DNNClassifier", Premade.DNNClassifier)]
[RefusedChoice("DNNRegressor", Premade.DNNRegressor)]
[RefusedChoice("DNNEstimator", Premade.DNNEstimator)]
[RefusedChoice("LinearClassifier", Premade.LinearClassifier)]
[RefusedChoice("LinearRegressor", Premade.LinearRegressor)]
[RefusedChoice("LinearEstimator", Premade.LinearEstimator)]
[RefusedChoice("DNNLinearCombinedClassifier", Premade.DNNLinearCombinedClassifier)]
[RefusedChoice("DNNLinearCombinedRegressor", Premade.DNNLinearCombinedRegressor)]
[RefusedChoice("DNNLinearCombinedEstimator", Premade.DNNLinearCombinedEstimator)]
public enum EstimatorMode
{
    /// <summary>The model of this file, as it is when the estimator is first needed.</summary>
    KerasModel,

    /// <summary>A saved, compiled model.</summary>
    KerasModelPath,
}

/// <summary>What to write in place of tf.estimator's premade estimators.</summary>
internal static class Premade
{
    internal const string Columns = "feature columns are not in the language; columns of data and their 'transform' say the same";
    internal const string DNNClassifier = NotHere + "layers: [" + Hidden + Classes + Mode;
    internal const string DNNRegressor = NotHere + "layers: [" + Hidden + Number + Mode;
    internal const string DNNEstimator = DNNRegressor;
    internal const string LinearClassifier = NotHere + "layers: [" + Classes + Mode;
    internal const string LinearRegressor = NotHere + "layers: [" + Number + Mode;
    internal const string LinearEstimator = LinearRegressor;
    internal const string DNNLinearCombinedClassifier = NotHere + Branches + Classes + Mode;
    internal const string DNNLinearCombinedRegressor = NotHere + Branches + Number + Mode;
    internal const string DNNLinearCombinedEstimator = DNNLinearCombinedRegressor;
    private const string NotHere = "premade estimators are not in the language; under 'model', ";
    private const string Branches = "a Dense layer of the inputs and a row of them, joined by Concatenate, and behind it [";
    private const string Hidden = "Dense: {units: 128, activation: relu}, ";
    private const string Classes = "Dense: {units: 10, activation: softmax}]";
    private const string Number = "Dense: {units: 1}]";
    private const string Mode = " say the same, with mode: keras_model";
}
