namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Something that looks on while a model or an estimator trains, epoch by epoch, and may act.</summary>
public abstract record Callback;
