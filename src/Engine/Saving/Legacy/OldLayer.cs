using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>A layer of an older Keras, while its configuration is rewritten.</summary>
/// <param name="json">The layer, as the file has it.</param>
/// <param name="config">Its options.</param>
/// <param name="origin">Where it comes from.</param>
internal sealed class OldLayer(JsonObject json, JsonObject config, ModelOrigin origin)
{
    /// <summary>The layer.</summary>
    internal JsonObject Json { get; } = json;

    /// <summary>Its options.</summary>
    internal JsonObject Config { get; } = config;

    /// <summary>Where it comes from.</summary>
    internal ModelOrigin Origin { get; } = origin;

    /// <summary>Its class.</summary>
    internal string Class
    {
        get => Json.Text("class_name") ?? "";
        set => Json["class_name"] = value;
    }

    /// <summary>What to call it in a message.</summary>
    internal string Name => $"The layer '{Config.Text("name") ?? Class}' ({Class})";

    /// <summary>Gives options their present names.</summary>
    internal void Rename(params (string Old, string Now)[] names)
    {
        foreach (var (old, now) in names)
        {
            Config.Rename(old, now);
        }
    }

    /// <summary>Takes options away that no longer exist and never changed what is computed.</summary>
    internal void Drop(params string[] options)
    {
        foreach (var option in options)
        {
            Config.Remove(option);
        }
    }
}
