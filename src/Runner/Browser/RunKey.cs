namespace ExperimentRunner.Runner.Browser;

/// <summary>Which run is meant: its folder's name and its parent's.</summary>
/// <param name="Name">The experiment's part.</param>
/// <param name="Id">The run's own part.</param>
public sealed record RunKey(string Name, string Id);
