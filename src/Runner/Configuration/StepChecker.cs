using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Configuration.Models;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>Checks the steps under <c>run:</c>: what they name, whether they end, and whether they can be done in this order.</summary>
internal sealed class StepChecker(
    Experiment experiment, MappingNode root, ModelDefinition? model, bool estimatorIsGiven, InputChecker inputs, Mistakes mistakes, Reading reading)
{
    private static readonly string[] NeededByModel = ["model", "compile"];

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
        var (inputFn, x) = step switch
        {
            TrainStep train => (train.InputFn, null),
            TrainAndEvaluateStep both => (both.Train.InputFn, null),
            EvaluateStep evaluate => (evaluate.InputFn, evaluate.X),
            PredictStep predict => (predict.InputFn, predict.X),
            FitStep fit => (null, fit.X),
            _ => ((Reference?)null, (NamedData?)null),
        };
        if (step is CompileStep or SaveStep or ExportStep)
        {
            ModelStepChecker.Check(step, experiment, root, model, mistakes, at);
            return;
        }

        if (step is EvaluateStep or PredictStep && (inputFn is null) == (x is null))
        {
            at.Fail(step.At, inputFn is null ? "The step does not say what it asks about." : "The step names both 'input_fn' and 'x'.", "input_fn to ask the estimator, or x to ask the model");
            return;
        }

        if (x is not null)
        {
            CheckOfModel(step, at);
            trained |= step is FitStep;
        }
        else if (step is not FitStep)
        {
            CheckOfEstimator(step, at, ref trained);
        }
    }

    private void CheckOfModel(Step step, Reading at)
    {
        foreach (var missing in NeededByModel.Where(section => root[section] is null && (section == "model" || (step is not PredictStep && model?.Compile is null))))
        {
            at.Fail(step.At, $"The step asks the model, which needs the section '{missing}'.", $"a section '{missing}'");
        }

        var asked = Asked(step, at);
        switch (step)
        {
            case FitStep fit:
                inputs.Check(fit.X, fit.Y, fit.SampleWeight, at);
                CheckFit(fit, at);
                break;
            case EvaluateStep evaluate:
                asked.Check(evaluate.X!, evaluate.Y, evaluate.SampleWeight, at);
                if (evaluate.Y is null)
                {
                    at.Fail(evaluate.At, "To evaluate needs targets.", "y");
                }

                break;
            case PredictStep predict:
                asked.Check(predict.X!, null, null, at);
                CheckOutput(predict, at);
                break;
        }
    }

    /// <summary>What checks the data of a step: for the model, or for one among its layers.</summary>
    private InputChecker Asked(Step step, Reading at)
    {
        if (step is FitStep || step.Of is null or { Name: "model" or "estimator" } || model is null)
        {
            NeedOf(step, "model", "A step with 'x' asks the model", at);
            return inputs;
        }

        ModelStepChecker.CheckOf(step, experiment, root, model, at);
        if (ModelParts.GraphOf(model.Graph, step.Of.Name) is not { } part)
        {
            return inputs;
        }

        var goal = step is EvaluateStep && model.Compile is { } compile
            ? Objective.Of(compile, [.. part.Outputs.Select(port => port.Name)], mistakes.Errors, at.Path) : null;
        return inputs.ForPart(part, goal);
    }

    private void CheckFit(FitStep fit, Reading at)
    {
        if (fit.InitialEpoch >= fit.Epochs)
        {
            at.In("initial_epoch").Fail(fit.At, $"Training begins at epoch {fit.InitialEpoch}, and ends at epoch {fit.Epochs}.", "an initial_epoch below epochs");
        }

        if (fit is { ValidationData: not null, ValidationSplit: > 0 })
        {
            at.Fail(fit.At, "Only one of 'validation_data' and 'validation_split' can be said.", "validation_data or validation_split");
        }

        if (fit.ValidationSplit == 1)
        {
            at.In("validation_split").Fail(fit.At, "All examples would be for validation, and none to train on.", "a number below 1");
        }

        foreach (var name in fit.ClassWeight?.Keys.Where(name => !int.TryParse(name, System.Globalization.NumberStyles.None, null, out _)) ?? [])
        {
            at.In("class_weight").Fail(fit.At, $"'{name}' is no number of a class.", "whole numbers from 0, each with a weight");
        }

        if (fit is { ClassWeight: not null, SampleWeight: not null })
        {
            at.In("class_weight").Fail(fit.At, "Examples are weighted by 'class_weight' and 'sample_weight' at once.", "one of the two");
        }

        if (fit.ClassWeight is not null && inputs.Outputs > 1)
        {
            at.In("class_weight").Fail(fit.At, $"'class_weight' is for a model of one output, and this one has {inputs.Outputs}.", "sample_weight, by output");
        }

        if (fit.ValidationData?.Of(fit.X, fit.Y) is { } validation)
        {
            inputs.Check(validation.X, validation.Y, validation.SampleWeight, at.In("validation_data"));
        }
    }

    private void CheckOfEstimator(Step step, Reading at, ref bool trained)
    {
        if (root["estimator"] is null)
        {
            at.Fail(step.At, "A step with 'input_fn' asks the estimator, and there is none.", "a section 'estimator'");
        }

        NeedOf(step, "estimator", "A step with 'input_fn' asks the estimator", at);
        switch (step)
        {
            case TrainStep train:
                CheckTrain(train, at);
                trained = true;
                break;
            case TrainAndEvaluateStep both:
                CheckTrainAndEvaluate(both, at);
                trained = true;
                break;
            case EvaluateStep evaluate:
                NeedTrained(evaluate, "Evaluating", trained, at);
                CheckEvaluate(evaluate, evaluate.InputFn!, at);
                break;
            case PredictStep predict:
                NeedTrained(predict, "Predicting", trained, at);
                if (Find(predict.InputFn!, at) is { } function)
                {
                    NeedEnd(function, predict.InputFn!, ends: false, "Predicting", predict.At, at);
                }

                CheckOutput(predict, at);
                break;
        }
    }

    private static void NeedOf(Step step, string whom, string why, Reading at)
    {
        if (step.Of is { } of && of.Name != whom)
        {
            at.In("of").Fail(of.At, $"{why}, not '{of}'.", whom);
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

    private void CheckTrainAndEvaluate(TrainAndEvaluateStep both, Reading at)
    {
        if (Find(both.Train.InputFn, at.In("train")) is { } function)
        {
            NeedTargets(function, both.Train.InputFn, "train", at.In("train"));
            if (function.NumEpochs is null && both.Train.MaxSteps is null)
            {
                at.In("train").Fail(both.Train.At, $"Training would never end: '{both.Train.InputFn}' has num_epochs: null, and no max_steps are said.", "max_steps, or num_epochs");
            }
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (eval, i) in both.Eval.Select((eval, i) => (eval, i)))
        {
            var place = both.Eval.Count > 1 ? at.In("eval").In(i) : at.In("eval");
            if (i > 0 && eval.Name is null)
            {
                place.Fail(eval.At, "Each evaluation but the first needs a name.", "name");
            }
            else if (eval.Name is { } name && !names.Add(name))
            {
                place.In("name").Fail(eval.At, $"There are two evaluations of the name '{name}'.", "names that differ");
            }

            if (eval.Every is { Epochs: null, Steps: null, Secs: null })
            {
                place.In("every").Fail(eval.At, "'every' does not say how often.", "steps, secs or epochs");
            }

            if (Find(eval.InputFn, place) is { } data)
            {
                NeedTargets(data, eval.InputFn, "evaluate", place);
                NeedEnd(data, eval.InputFn, eval.Steps is not null, "Evaluating", eval.At, place);
                if (data.NumEpochs is { } passes && inputs.CountOf(data) * passes > eval.Steps * data.BatchSize)
                {
                    mistakes.Warn(eval.At, $"{eval.Steps} steps of {data.BatchSize} measure {eval.Steps * data.BatchSize} of {inputs.CountOf(data) * passes} examples; steps: null measures all.", place.Path);
                }
            }
        }
    }

    private void CheckEvaluate(EvaluateStep evaluate, Reference inputFn, Reading at)
    {
        if (Find(inputFn, at) is not { } function)
        {
            return;
        }

        NeedTargets(function, inputFn, "evaluate", at);
        NeedEnd(function, inputFn, evaluate.Steps is not null, "Evaluating", evaluate.At, at);
    }

    private void CheckOutput(PredictStep predict, Reading at)
    {
        if (PredictionFile.ProblemOf(predict.Output, model?.Graph.Outputs.Count ?? 1) is { } problem)
        {
            at.In("output").Fail(predict.At, problem, $"a file that ends in {PredictionFile.Endings}");
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
        if (!trained && !estimatorIsGiven && experiment.Estimator is not null)
        {
            at.Fail(step.At, $"{what} with an estimator that was neither trained nor given trained weights means nothing.", "a step that trains before this one");
        }
    }
}
