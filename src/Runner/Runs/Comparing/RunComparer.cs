namespace ExperimentRunner.Runner.Runs.Comparing;

/// <summary>Compares runs: what differs in what they were, and how they did.</summary>
internal static class RunComparer
{
    private static readonly string[] ModelSettings = ["model.layers", "model.inputs", "model.outputs", "model.models", "model.blocks"];

    /// <summary>Compares runs.</summary>
    /// <param name="runs">The runs, at least one.</param>
    /// <param name="baseline">Which of them the others are held against.</param>
    /// <param name="group">Whether runs that differ only in their seed are one column.</param>
    internal static Comparison Compare(IReadOnlyList<RunSummary> runs, int baseline, bool group)
    {
        RunSet.Prefetch(runs, run => (_, _, _) = (run.Facts, run.Series, run.Settings));
        var facts = new RunFacts[runs.Count];
        var models = new RunModel?[runs.Count];
        Parallel.For(0, runs.Count, i => (facts[i], models[i]) = (RunFacts.Read(runs[i].Folder.RecordFile), RunModel.Read(runs[i].Folder)));
        var factsOf = new Dictionary<RunSummary, RunFacts>(runs.Select((run, i) => KeyValuePair.Create(run, facts[i])));
        var grouped = group ? runs.Select((run, i) => i).GroupBy(i => KeyOf(runs[i], facts[i]), StringComparer.Ordinal).Select(alike => alike.ToList()).ToList()
            : [.. runs.Select((_, i) => new List<int> { i })];
        var columns = grouped.Select(alike => new ComparedColumn(LabelOf([.. alike.Select(i => runs[i])]), [.. alike.Select(i => runs[i])], models[alike[0]])).ToList();
        var against = grouped.FindIndex(alike => alike.Contains(baseline));
        var changes = Models(columns, against);
        var figures = Figures(columns, against);
        return new Comparison(
            columns,
            against,
            Differences(columns, column => Known(column, models)),
            changes,
            Differences(columns, column => factsOf[column.Runs[0]].Data),
            Differences(columns, column => [KeyValuePair.Create("git_commit", factsOf[column.Runs[0]].Commit ?? "unknown"), .. factsOf[column.Runs[0]].Environment]),
            figures,
            [.. Remarks(columns, figures, group)]);

        IEnumerable<KeyValuePair<string, string>> Known(ComparedColumn column, RunModel?[] all) => column.Runs[0].Settings.All
            .Where(setting => setting.Path != "name" && !IsUnder(setting.Path, "vars") && !(group && setting.Path == "seed")
                && (!Array.TrueForAll(all, model => model is not null) || !Array.Exists(ModelSettings, part => IsUnder(setting.Path, part))))
            .Select(setting => KeyValuePair.Create(setting.Path, setting.Value));
    }

    /// <summary>What runs of one configuration have in common: all but the seed and the name.</summary>
    private static string KeyOf(RunSummary run, RunFacts facts) => string.Join('\n', run.Settings.All
        .Where(setting => setting.Path is not ("seed" or "name"))
        .Select(setting => $"{setting.Path}={setting.Value}")
        .Concat(facts.Data.Select(file => $"{file.Key}={file.Value}"))
        .DefaultIfEmpty(run.Folder.Path));

    private static string LabelOf(IReadOnlyList<RunSummary> runs) =>
        runs.Count == 1 ? runs[0].Name : $"{runs[0].Name} ×{runs.Count} {(runs.Select(run => run.Facts.Seed).Distinct().Count() == 1 ? "of one seed" : "seeds")}";

    private static bool IsUnder(string path, string place) =>
        path.StartsWith(place, StringComparison.Ordinal) && (path.Length == place.Length || path[place.Length] is '.' or '[');

    private static List<Difference> Differences(IReadOnlyList<ComparedColumn> columns, Func<ComparedColumn, IEnumerable<KeyValuePair<string, string>>> values)
    {
        var (order, rows) = (new List<string>(), new Dictionary<string, string?[]>(StringComparer.Ordinal));
        for (var i = 0; i < columns.Count; i++)
        {
            foreach (var (name, value) in values(columns[i]))
            {
                if (!rows.TryGetValue(name, out var row))
                {
                    rows[name] = row = new string?[columns.Count];
                    order.Add(name);
                }

                row[i] = value;
            }
        }

        return [.. order.Where(name => rows[name].Distinct(StringComparer.Ordinal).Skip(1).Any()).Select(name => new Difference(name, rows[name]))];
    }

    private static List<ModelDifference> Models(IReadOnlyList<ComparedColumn> columns, int baseline)
    {
        var differences = new List<ModelDifference>();
        for (var i = 0; i < columns.Count; i++)
        {
            if (i != baseline && columns[baseline].Model is { } before && columns[i].Model is { } after && ModelComparer.Compare(before, after) is { Count: > 0 } layers)
            {
                differences.Add(new ModelDifference(i, layers, before.Parameters, after.Parameters));
            }
        }

        return differences;
    }

    private static List<ComparedFigure> Figures(IReadOnlyList<ComparedColumn> columns, int baseline)
    {
        var figures = new List<ComparedFigure>();
        foreach (var label in columns.SelectMany(column => column.Runs).SelectMany(run => run.Series).Select(series => series.Label).Distinct(StringComparer.Ordinal)
            .Where(label => !label.EndsWith("global_step", StringComparison.Ordinal))) // it is said beside every value
        {
            var higher = Direction.HigherIsBetter(label);
            var curves = columns.Select(column => column.Runs.Select(run => run.Series.FirstOrDefault(series => series.Label == label)).OfType<SeriesSummary>().ToList()).ToList();
            figures.Add(new ComparedFigure(label, FigureKind.Last, higher, Values(FigureKind.Last, [.. curves.Select(column => column.Select(curve => (curve.Last, (long?)curve.LastStep)))])));
            if (curves.Exists(column => column.Exists(curve => curve.Count > 1)))
            {
                figures.Add(new ComparedFigure(label, FigureKind.Best, higher, Values(FigureKind.Best, [.. curves.Select(column => column.Select(
                    curve => higher ? (curve.Max, (long?)curve.MaxStep) : (curve.Min, curve.MinStep)))])));
            }
        }

        Add("parameters", FigureKind.Parameters, null, (column, _) => column.Model?.Parameters);
        Add("seconds", FigureKind.Seconds, false, (_, run) => run.Facts.Seconds);
        Add("examples/s", FigureKind.ExamplesPerSecond, true, (_, run) => run.Facts.ExamplesPerSecond);
        return figures;

        void Add(string label, FigureKind kind, bool? higherIsBetter, Func<ComparedColumn, RunSummary, double?> figure)
        {
            var values = Values(kind, [.. columns.Select(column => column.Runs.Select(run => figure(column, run)).OfType<double>().Select(value => (value, (long?)null)))]);
            if (values.Any(value => value is not null) && !(kind == FigureKind.Parameters && values.Select(value => value?.Mean).Distinct().Count() == 1))
            {
                figures.Add(new ComparedFigure(label, kind, higherIsBetter, values));
            }
        }

        ComparedValue?[] Values(FigureKind kind, IReadOnlyList<IEnumerable<(double Value, long? Step)>> measured)
        {
            var all = measured.Select(column => column.ToList()).ToList();
            var spreads = all.Select(column => column.Count == 0 ? (Spread?)null : Spread.Of([.. column.Select(one => one.Value)])).ToList();
            return [.. all.Select((column, i) => spreads[i] is not { } spread ? null : new ComparedValue(
                spread.Mean,
                kind == FigureKind.Parameters ? null : spread.Deviation,
                spread.Count,
                column.Select(one => one.Step).Distinct().Count() == 1 ? column[0].Step : null,
                i == baseline || spreads[baseline] is not { } other ? null : spread.Mean - other.Mean,
                i == baseline || spreads[baseline] is not { } those ? null : spread.IsWithinNoiseOf(those)))];
        }
    }

    private static IEnumerable<string> Remarks(IReadOnlyList<ComparedColumn> columns, IReadOnlyList<ComparedFigure> figures, bool group)
    {
        foreach (var run in columns.SelectMany(column => column.Runs).Where(run => run.Status != "done"))
        {
            yield return run.Status switch
            {
                "running" => $"{run.Name} is still running.",
                "unknown" => $"{run.Name} has no record that can be read.",
                var status => $"{run.Name} {status}{(run.Facts.Error is { } error ? $": {error}" : " before its end.")}",
            };
        }

        if (columns.Any(column => column.Model is null) && columns.Any(column => column.Model is not null))
        {
            yield return $"The model of {string.Join(", ", columns.Where(column => column.Model is null).Select(column => column.Label))} is not known.";
        }

        if (!group && columns.Count > 1)
        {
            yield return "One run each: whether a difference is more than chance, only more seeds can tell (--group).";
        }
        else if (columns.Count > 1)
        {
            var noisy = figures.Where(figure => figure.Kind == FigureKind.Best && figure.Values.Any(value => value?.IsNoise == true)).Select(figure => figure.Label).ToList();
            if (noisy.Count > 0)
            {
                yield return $"Within the noise (~), so perhaps no difference at all: {string.Join(", ", noisy)}.";
            }
        }
    }
}
