namespace ExperimentRunner.Engine.Saving.TensorBoard;

/// <summary>Takes what TensorBoard shows: each thing has a tag, which groups and names its chart, and a step.</summary>
public interface ISummaryWriter : IDisposable
{
    /// <summary>Adds a point to a curve.</summary>
    void Scalar(string tag, double value, long step);

    /// <summary>Adds how values are spread. Those that are not finite are left out; where none is finite, nothing is added.</summary>
    void Histogram(string tag, ReadOnlySpan<float> values, long step);

    /// <summary>Adds a text in Markdown.</summary>
    void Text(string tag, string markdown, long step);

    /// <summary>Adds a picture.</summary>
    void Image(string tag, Picture picture, long step);

    /// <summary>Adds a Keras model, as its JSON, for the page of graphs.</summary>
    void KerasModel(string json, long step);

    /// <summary>Says with which settings the run began, for the page that compares settings.</summary>
    /// <param name="group">What the run is called there.</param>
    /// <param name="settings">Numbers, truths and texts by name.</param>
    void BeginHyperParameters(string group, IEnumerable<KeyValuePair<string, object>> settings);

    /// <summary>Says how the run ended, for the page that compares settings.</summary>
    void EndHyperParameters(bool succeeded);

    /// <summary>Hands everything so far to the system, so that readers see it.</summary>
    void Flush();
}
