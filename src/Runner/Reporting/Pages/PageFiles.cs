using System.Security.Cryptography;
using System.Text;

namespace ExperimentRunner.Runner.Reporting.Pages;

/// <summary>The files that pages are made with, carried in the program.</summary>
internal static class PageFiles
{
    /// <summary>A file's text.</summary>
    internal static string Text(string name)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream($"page/{name}") ?? throw new InvalidOperationException($"There is no page file '{name}'.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The styles of every page.</summary>
    internal static string Styles => Text("uplot.css") + Text("page.css");

    /// <summary>The scripts that draw charts.</summary>
    internal static string Charts => Text("uplot.js") + "\n" + Text("charts.js");

    /// <summary>How a policy names a script: by what stands in it.</summary>
    internal static string SourceOf(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";
}
