using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Exporting;

/// <summary>A form that a model or a run can be given away in: what <c>--format</c> may name.</summary>
internal abstract record Exporter
{
    /// <summary>What is said of the form in a list of all.</summary>
    internal abstract string Description { get; }

    /// <summary>How the names of its files end.</summary>
    internal abstract string Ending { get; }

    /// <summary>Where it goes when nobody says: a file in the working directory.</summary>
    /// <param name="name">The short name of what is given away.</param>
    internal virtual string PathFor(string name) => name + Ending;

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="source">What is given away.</param>
    /// <param name="path">The file; one of that name is replaced.</param>
    internal abstract void Write(ExportSource source, string path);

    /// <summary>All forms, by name.</summary>
    internal static IEnumerable<string> Names => Catalog.NamesOf(typeof(Exporter));

    /// <summary>The form of a name, or null.</summary>
    internal static Exporter? Find(string name) => Catalog.Find(typeof(Exporter), name) is { } type ? (Exporter)Activator.CreateInstance(type)! : null;
}
