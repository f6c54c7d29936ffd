using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Operations;
using ExperimentRunner.Engine.Tests.Operations;

namespace ExperimentRunner.Engine.Tests.House;

/// <summary>Every public name of Keras 3.15: it is here or left out with a reason, with every argument, and Keras's default of each.</summary>
public partial class EverySignatureOfKeras
{
    public static TheoryData<string, string> Names
    {
        get
        {
            var names = new TheoryData<string, string>();
            foreach (var signature in KerasSignatures.All)
            {
                names.Add(signature.Kind.Name, signature.Name);
            }

            Assert.NotEmpty(names);
            return names;
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void IsHereOrLeftOutForAReason(string kind, string name)
    {
        var signature = Of(kind, name);

        Assert.True(
            TypeOf(signature) is not null || LeftOut.ReasonFor(signature.Kind, name)?.Contains("left out", StringComparison.Ordinal) == true, $"{name} is not here");
    }

    [Theory, MemberData(nameof(Names))]
    public void TakesEveryArgumentWithKerassDefault(string kind, string name)
    {
        var signature = Of(kind, name);
        if (TypeOf(signature) is not { } type)
        {
            Assert.NotNull(LeftOut.ReasonFor(signature.Kind, name));
            return;
        }

        Assert.Empty(signature.Arguments.Select(argument => Difference(type, argument.Name, argument.Default)).OfType<string>());
    }

    [Fact]
    public void ThePageOfNamesIsUpToDate()
    {
        var path = Path.Combine(Root(), "docs", "keras.md");
        var page = Page();
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTATIONS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, page);
        }

        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), page);
    }

    private static KerasSignature Of(string kind, string name) => KerasSignatures.All.Single(one => one.Kind.Name == kind && one.Name == name);

    private static Type? TypeOf(KerasSignature signature) =>
        Catalog.Find(signature.Kind, signature.Name) ?? (signature.Name == "InputLayer" ? Catalog.Find(typeof(Layer), "Input") : null);

    /// <summary>What is wrong with an argument; null when nothing is.</summary>
    private static string? Difference(Type type, string argument, string? expected)
    {
        var form = OptionsForm.Of(type);
        if (!form.Knows(argument))
        {
            return $"{argument} is missing";
        }

        if (expected is null || argument == "name" || form.Options.FirstOrDefault(option => option.Name == argument || option.Aliases.Contains(argument)) is not { } option)
        {
            return null; // required in Keras, numbered by the model, or refused unless it is at its default
        }

        if (option.Required)
        {
            return argument == "num_tokens" ? null // Keras refuses its own default
                : $"{argument} is required, but Keras has the default {expected}";
        }

        var errors = new List<ConfigError>();
        if (!option.TryRead(JsonNodes.Parse(Json(expected)), new Reading(Dialect.Keras, errors), out var value))
        {
            return argument == "activation" && option.Property.GetValue(Activator.CreateInstance(type)) is Engine.Activations.Linear ? null // no activation is the linear one
                : $"{argument} does not take Keras's default {expected}";
        }

        var made = Activator.CreateInstance(type)!;
        var before = Text(option.Form.Write(option.Property.GetValue(made), null, Dialect.Keras));
        option.Property.SetValue(made, value);
        var after = Text(option.Form.Write(option.Property.GetValue(made), null, Dialect.Keras));
        return before == after ? null : $"{argument} is {before}, but Keras's default is {expected}";
    }

    /// <summary>A value as Python writes it, in JSON.</summary>
    private static string Json(string python) => python == "HORIZONTAL_AND_VERTICAL" ? "\"horizontal_and_vertical\"" : python
        .Replace('\'', '"').Replace('(', '[').Replace(')', ']')
        .Replace("None", "null", StringComparison.Ordinal).Replace("True", "true", StringComparison.Ordinal).Replace("False", "false", StringComparison.Ordinal);

    private static string Text(Node node) => node switch
    {
        MappingNode mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{entry.Name}: {Text(entry.Value)}"))}}}",
        ListNode list => $"[{string.Join(", ", list.Items.Select(Text))}]",
        ScalarNode scalar => double.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture) : scalar.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    /// <summary>The page of all names; the tests that stand in for missing golden cases are found in the tests' own text.</summary>
    private static string Page()
    {
        var proofs = Golden();
        var tests = Directory.GetFiles(Path.Combine(Root(), "tests", "Engine.Tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith("EveryNameOfKeras", StringComparison.Ordinal) && !file.EndsWith("KerasSignatures.cs", StringComparison.Ordinal) && !file.Contains("Onnx", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(file => (Name: Path.GetFileNameWithoutExtension(file), Text: File.ReadAllText(file))).ToList();
        var page = new StringBuilder(
            """
            # Keras's names

            This page is made by `UPDATE_EXPECTATIONS=1 dotnet test tests/Engine.Tests --filter EverySignatureOfKeras` from the signatures of
            Keras 3.15 and from the program; a test fails when it is out of date. An argument in brackets is refused by name unless it is at
            its default; after a slash stands what Keras 1 or 2 called it, which is read too. "Golden cases" are models, figures or trainings
            that Keras itself computed. Where there are none, the tests named instead derive the figures in another way.

            """.ReplaceLineEndings("\n"));
        foreach (var kind in KerasSignatures.All.GroupBy(signature => signature.Kind))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {kind.Key.Name}\n\n| Name | Also | Arguments | Golden cases |\n|---|---|---|---|\n");
            foreach (var signature in kind)
            {
                page.Append(CultureInfo.InvariantCulture, $"| {Row(signature, proofs, tests)} |\n");
            }
        }

        page.Append("\n## Layers that Keras 3 has not: those of Keras 1 and 2, and of KerasHub\n\n| Name | Also | Arguments | What it is |\n|---|---|---|---|\n");
        var today = KerasSignatures.All.Where(signature => signature.Kind == typeof(Layer)).Select(TypeOf).ToHashSet();
        foreach (var type in Catalog.TypesOf(typeof(Layer)).Where(type => !today.Contains(type)))
        {
            var name = Catalog.NameOf(type);
            var also = Catalog.NamesOf(typeof(Layer)).Where(other => other != name && Catalog.Find(typeof(Layer), other) == type);
            var arguments = OptionsForm.Of(type).Options.Where(option => option.Property.DeclaringType != typeof(Layer)).Select(option => WithOldNames(option.Name, option));
            page.Append(CultureInfo.InvariantCulture, $"| {name} | {string.Join(", ", also)} | {string.Join(", ", arguments)} | {Documentation.Summary(type).ReplaceLineEndings(" ")} |\n");
        }

        page.Append("\n## Operations of keras.ops that a Keras file may have between its layers\n\n| Module | Operations | Left out |\n|---|---|---|\n");
        foreach (var module in KerasOperations.All.GroupBy(operation => operation.Module))
        {
            var here = module.Where(operation => Catalog.Find(typeof(Operation), operation.Name) is not null).Select(operation => operation.Name);
            var absent = module.Select(operation => (operation.Name, Reason: LeftOut.ReasonFor(typeof(Operation), operation.Name)?.Split("left out here: ")[^1].TrimEnd('.')))
                .Where(operation => operation.Reason is not null).GroupBy(operation => operation.Reason, operation => operation.Name);
            page.Append(CultureInfo.InvariantCulture, $"| {module.Key} | {string.Join(", ", here)} | {string.Join("; ", absent.Select(group => $"{string.Join(", ", group)}: {group.Key}"))} |\n");
        }

        return page.ToString();
    }

    private static string WithOldNames(string name, Option option) => option.Old is { } old ? $"{name} / {string.Join(" ", old.Names)}" : name;

    private static string Row(KerasSignature signature, ILookup<string, string> proofs, List<(string Name, string Text)> tests)
    {
        if (TypeOf(signature) is not { } type)
        {
            return $"{signature.Name} | | not supported: {LeftOut.ReasonFor(signature.Kind, signature.Name)!.Split("left out here: ")[^1].TrimEnd('.')} |";
        }

        var aliases = Catalog.NamesOf(signature.Kind).Where(name => name != signature.Name && Catalog.Find(signature.Kind, name) == type);
        var options = OptionsForm.Of(type).Options.SelectMany(option => option.Aliases.Prepend(option.Name).Select(alias => (alias, option))).ToDictionary(pair => pair.alias, pair => pair.option);
        var arguments = signature.Arguments.Select(argument => options.TryGetValue(argument.Name, out var option) ? WithOldNames(argument.Name, option) : $"[{argument.Name}]");
        var cases = proofs[signature.Name].Concat(proofs[Catalog.NameOf(type)]).Distinct().Order(StringComparer.Ordinal).ToList();
        var proof = cases.Count > 3 ? $"{string.Join(", ", cases.Take(3))} and {cases.Count - 3} more" : string.Join(", ", cases);
        if (cases.Count == 0)
        {
            var named = new Regex($@"(new {type.Name}\b|""{signature.Name}""|\b{signature.Name}\b)");
            var found = tests.Where(test => named.IsMatch(test.Text)).Select(test => test.Name).Where(test => test.EndsWith("Tests", StringComparison.Ordinal) || test.StartsWith("Every", StringComparison.Ordinal)).Take(2).ToList();
            proof = found.Count == 0 ? "none" : $"none; {string.Join(", ", found)}";
        }

        return $"{signature.Name} | {string.Join(", ", aliases)} | {string.Join(", ", arguments)} | {proof}";
    }

    /// <summary>The golden cases by the names that they are about.</summary>
    private static ILookup<string, string> Golden()
    {
        var found = new List<(string Name, string Case)>();
        foreach (var set in new[] { "keras2", "keras3" })
        {
            foreach (var file in GoldenCases.Files(set).Where(file => file.EndsWith("/case.json", StringComparison.Ordinal)))
            {
                var layers = JsonNode.Parse(GoldenCases.Bytes($"{set}/{file}"))!["layers"]!.AsArray();
                found.AddRange(layers.Select(layer => ((string)layer!, $"{set}/{file.Split('/')[0]}")));
            }
        }

        foreach (var file in GoldenCases.Files("vocabulary").Where(file => file.EndsWith(".json", StringComparison.Ordinal)))
        {
            var ofFile = JsonNode.Parse(GoldenCases.Bytes($"vocabulary/{file}"))!.AsArray().Select((one, i) => (Name: (string)one!["name"]!, At: i)).GroupBy(one => one.Name);
            found.AddRange(ofFile.Select(group => (group.Key, $"vocabulary/{Path.GetFileNameWithoutExtension(file)} ({group.Count()})")));
        }

        foreach (var set in new[] { "training", "fit", "continue" })
        {
            foreach (var file in GoldenCases.Files(set).Where(file => file.EndsWith("case.json", StringComparison.Ordinal)))
            {
                var text = System.Text.Encoding.UTF8.GetString(GoldenCases.Bytes($"{set}/{file}"));
                found.AddRange(ClassNames().Matches(text).Select(match => match.Groups[1].Value).Distinct().Select(name => (name, $"{set}/{file.Split('/')[0]}")));
            }
        }

        return found.ToLookup(one => one.Name, one => one.Case);
    }

    [GeneratedRegex("\"class_name\": \"(\\w+)\"")]
    private static partial Regex ClassNames();

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
