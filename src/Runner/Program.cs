using ExperimentRunner.Runner.Commands;

return CommandLine.Invoke(args);
