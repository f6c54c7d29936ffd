using System.Text.Json;

namespace ExperimentRunner.Runner.Reporting.Pages;

/// <summary>A page in one file, which needs no server and no network: styles, scripts and data stand in it.</summary>
internal static class Page
{
    /// <summary>The whole page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="body">What is shown.</param>
    /// <param name="writeData">Writes the curves.</param>
    internal static string Of(string title, Html body, Action<Utf8JsonWriter> writeData)
    {
        using var data = new MemoryStream();
        using (var json = new Utf8JsonWriter(data)) // its encoder writes < as an escape, so the data cannot end their element
        {
            writeData(json);
        }

        var script = PageFiles.Charts + "\n" + PageFiles.Text("report.js");
        return Html.Of($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {new Html(PageFiles.SourceOf(script))}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style>{new Html(PageFiles.Styles)}</style>
            </head>
            <body>
            <main>
            {body}
            </main>
            <script type="application/json" id="data">{new Html(System.Text.Encoding.UTF8.GetString(data.ToArray()))}</script>
            <script>{new Html(script)}</script>
            </body>
            </html>

            """).Text;
    }
}
