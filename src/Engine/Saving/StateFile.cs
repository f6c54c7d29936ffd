using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Inputs;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving;

/// <summary>Files of saved states: the tensors as safetensors, each plain value as JSON among the file's texts.</summary>
public static class StateFile
{
    private const string Format = "format";
    private const string Version = "1";

    /// <summary>Writes a state, whole or not at all.</summary>
    public static void Write(string path, SavedState state)
    {
        var texts = state.Values.ToDictionary(pair => pair.Key, pair => pair.Value?.ToJsonString() ?? "null");
        texts.Add(Format, Version);
        Safetensors.Write(path, [.. state.Tensors], texts);
    }

    /// <summary>Reads a state; it is the caller's.</summary>
    /// <exception cref="DataException">The file is damaged, no such file, or not there.</exception>
    public static SavedState Read(string path)
    {
        using var scope = NewDisposeScope();
        var content = Safetensors.Read(path, needDigest: true);
        if (!content.Texts.TryGetValue(Format, out var version) || version != Version)
        {
            throw new DataException($"{path} is no checkpoint of this program, or of a later one.");
        }

        try
        {
            return SavedState.Of(content.Tensors, content.Texts
                .Where(pair => pair.Key != Format)
                .Select(pair => KeyValuePair.Create(pair.Key, JsonNode.Parse(pair.Value))));
        }
        catch (JsonException error)
        {
            throw new DataException($"{path} is damaged: its values are no JSON.", error);
        }
    }
}
