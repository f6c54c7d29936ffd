using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;

namespace ExperimentRunner.Engine.Tests.Inputs;

public sealed class KnownFilesTests : IDisposable
{
    private static readonly byte[] Content = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9]; // an idx file: two labels
    private readonly TempFolder _folder = new();

    [Fact]
    public void AFileIsFoundBesideTheExperimentBeforeTheCache()
    {
        var known = Known(new Uri("http://localhost:1/"));
        Directory.CreateDirectory(_folder.Of("project/data/toy"));
        Directory.CreateDirectory(_folder.Of("project/experiments/deep"));
        Directory.CreateDirectory(known.Cache);
        File.WriteAllBytes(Path.Combine(known.Cache, "labels"), Content);
        Assert.Equal(Path.Combine(known.Cache, "labels"), known.Find("labels", _folder.Of("project/experiments/deep")));

        File.WriteAllBytes(_folder.Of("project/data/toy/labels.gz"), Content);

        Assert.Equal(_folder.Of("project/data/toy/labels.gz"), known.Find("labels", _folder.Of("project/experiments/deep")));
    }

    [Fact]
    public async Task AFileThatIsNowhereIsFetchedIntoTheCacheOnce()
    {
        using var site = new Site(Packed(Content));
        var known = Known(site.Address);

        var found = known.Find("labels", _folder.Path);
        await site.Done;

        Assert.Equal(Path.Combine(known.Cache, "labels.gz"), found);
        Assert.Equal("GET /labels.gz HTTP/1.1", site.Asked);
        Assert.Equal(found, known.Find("labels", _folder.Path));
        Assert.Single(Directory.GetFiles(known.Cache));
    }

    [Fact]
    public async Task WhatIsFetchedAndIsNotTheFileIsNotKept()
    {
        using var site = new Site(Packed([.. Content[..9], 8]));
        var known = Known(site.Address);

        var error = Assert.Throws<DataException>(() => known.Find("labels", _folder.Path));
        await site.Done;

        Assert.Equal($"What {site.Address}labels.gz gave is not the file of toy that it should be: its content differs.", error.Message);
        Assert.Empty(Directory.GetFiles(known.Cache));
    }

    [Fact]
    public void WhereNothingCanBeFetchedItIsSaidWhereToPutTheFile()
    {
        var known = Known(new Uri("http://localhost:1/"));

        var error = Assert.Throws<DataException>(() => known.Find("labels", _folder.Path));

        Assert.Equal(
            $"The data set toy is not on this machine, and http://localhost:1/labels.gz cannot be fetched. Put labels.gz into {known.Cache}, or into data/toy beside the experiment.",
            error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private KnownFiles Known(Uri origin) => new(
        "toy", new Dictionary<string, string> { ["labels"] = Convert.ToHexStringLower(SHA256.HashData(Content)) }, origin) { Cache = _folder.Of("cache/toy") };

    private static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    /// <summary>Answers one request with one file.</summary>
    private sealed class Site : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        internal Site(byte[] file)
        {
            _listener.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
            Done = Task.Run(async () =>
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                Asked = await reader.ReadLineAsync();
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }

                await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {file.Length}\r\nConnection: close\r\n\r\n"));
                await stream.WriteAsync(file);
            });
        }

        internal Uri Address { get; }

        internal Task Done { get; }

        internal string? Asked { get; private set; }

        public void Dispose() => _listener.Dispose();
    }
}
