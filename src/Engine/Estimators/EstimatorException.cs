namespace ExperimentRunner.Engine.Estimators;

/// <summary>Something was asked of an estimator that it cannot do, or its training failed.</summary>
/// <param name="message">What, in a sentence for people.</param>
public sealed class EstimatorException(string message) : Exception(message);
