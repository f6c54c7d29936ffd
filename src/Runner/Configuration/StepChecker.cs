using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>Checks the steps under <c>run:</c>: what they name, whether they end, and whether they can be done in this order.</summary>
internal sealed class StepChecker(Experiment experiment, MappingNode root, Mistakes mistakes, Reading reading)
{
    /// <summary>What is said of an experiment without steps: it can be checked, but not run.</summary>
    internal const string NothingToDo = "There is nothing to do: 'run' has no steps.";

    /// <summary>Checks all of them.</summary>
    internal void Check()
    {
        var declared = (root["run"] as ListNode)?.Items.Count ?? 0;
        if (declared == 0 && root["run"] is null or ListNode)
        {
            mistakes.Warn((root["run"] ?? root).At, NothingToDo, "run");
        }

        var trained = false;
        foreach (var (step, i) in experiment.Run.Select((step, i) => (step, i)))
        {
            if (step is not null)
            {
                Check(step, reading.In(i).In(Catalog.NameOf(step.GetType())), ref trained);
            }
        }
    }

    private void Check(Step step, Reading at, ref bool trained)
    {
        if (root["estimator"] is null)
        {
            at.Fail(step.At, "A step with 'input_fn' asks the estimator, and there is none.", "a section 'estimator'");
        }

        if (step.Of is { Name: not "estimator" } of)
        {
            at.In("of").Fail(of.At, $"A step with 'input_fn' asks the estimator, not '{of}'.", "estimator");
        }

        switch (step)
        {
            case TrainStep train:
                CheckTrain(train, at);
                trained = true;
                break;
            case EvaluateStep evaluate:
                NeedTrained(evaluate, "Evaluating", trained, at);
                CheckEvaluate(evaluate, at);
                break;
            case PredictStep predict:
                NeedTrained(predict, "Predicting", trained, at);
                CheckPredict(predict, at);
                break;
        }
    }

    private void CheckTrain(TrainStep train, Reading at)
    {
        if (train is { Steps: not null, MaxSteps: not null })
        {
            at.Fail(train.At, "Only one of 'steps' and 'max_steps' can be said: the one adds to what was trained, the other is absolute.", "steps or max_steps");
        }

        if (Find(train.InputFn, at) is not { } function)
        {
            return;
        }

        NeedTargets(function, train.InputFn, "train", at);
        if (function.NumEpochs is null && train is { Steps: null, MaxSteps: null })
        {
            at.Fail(train.At, $"Training would never end: '{train.InputFn}' has num_epochs: null, and no steps are said.", "steps, max_steps, or num_epochs");
        }
    }

    private void CheckEvaluate(EvaluateStep evaluate, Reading at)
    {
        if (Find(evaluate.InputFn, at) is not { } function)
        {
            return;
        }

        NeedTargets(function, evaluate.InputFn, "evaluate", at);
        NeedEnd(function, evaluate.InputFn, evaluate.Steps is not null, "Evaluating", evaluate.At, at);
    }

    private void CheckPredict(PredictStep predict, Reading at)
    {
        if (Find(predict.InputFn, at) is { } function)
        {
            NeedEnd(function, predict.InputFn, ends: false, "Predicting", predict.At, at);
        }

        if (Path.GetExtension(predict.Output) != ".npz")
        {
            at.In("output").Fail(predict.At, $"Predictions cannot be written as '{predict.Output}'.", "a file that ends in .npz");
        }
        else if (Path.IsPathRooted(predict.Output) || Path.GetFullPath(predict.Output, "/run").StartsWith("/run/", StringComparison.Ordinal) is false)
        {
            at.In("output").Fail(predict.At, $"'{predict.Output}' lies outside the run folder.", "a path within the run folder");
        }
    }

    private InputFunction? Find(Reference name, Reading at)
    {
        if (experiment.InputFns.TryGetValue(name.Name, out var function))
        {
            return function;
        }

        var declared = (root["input_fns"] as MappingNode)?.Entries.Select(entry => entry.Name).ToList() ?? [];
        if (root["input_fns"] is null or MappingNode && !declared.Contains(name.Name))
        {
            at.In("input_fn").Fail(
                name.At,
                $"There is no input function '{name}'.{NearestName.Hint(name.Name, declared)}",
                declared.Count == 0 ? "a section 'input_fns'" : $"one of {string.Join(", ", declared)}");
        }

        return null;
    }

    private static void NeedTargets(InputFunction function, Reference name, string what, Reading at)
    {
        if (function.Y is null)
        {
            at.In("input_fn").Fail(name.At, $"'{name}' has no 'y', and to {what} needs targets.", "an input function with x and y");
        }
    }

    private static void NeedEnd(InputFunction function, Reference name, bool ends, string what, SourceSpan place, Reading at)
    {
        if (function.NumEpochs is null && !ends)
        {
            at.Fail(place, $"{what} would never end: '{name}' has num_epochs: null.", "num_epochs: 1");
        }
    }

    private void NeedTrained(Step step, string what, bool trained, Reading at)
    {
        if (!trained && experiment.Estimator is { ModelDir: null })
        {
            at.Fail(step.At, $"{what} with an estimator that was neither trained nor given trained weights means nothing.", "a step that trains before this one");
        }
    }
}
