using System.Collections.Concurrent;
using System.Security.Cryptography;
using SuperRes.Lab.Datasets;

namespace SuperRes.Lab.Tests.Datasets;

public sealed class DownloaderTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)((i * 31) ^ (i >> 8)))];
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<TimeSpan> _delays = new();
    private readonly Downloader _downloader;

    public DownloaderTests() => _downloader = new Downloader(new DownloaderOptions
    {
        StallTimeout = TimeSpan.FromSeconds(20),
        Delay = (time, cancellation) =>
        {
            _delays.Enqueue(time);
            return Task.Delay(5, cancellation);
        },
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Target => _folder["models/file.bin"];

    public void Dispose()
    {
        _downloader.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Fetch_ServerWorks_WritesTheFileAndReportsProgress()
    {
        await using LoopbackServer server = LoopbackServer.Of(Content);
        var progress = new ConcurrentQueue<DownloadProgress>();
        string path = await _downloader.FetchAsync(Request(server), progress.Enqueue, Cancellation);
        Assert.Equal(Target, path);
        AssertFetched();
        Assert.Equal(new DownloadProgress("file.bin", Content.Length, Content.Length, progress.Last().BytesPerSecond, TimeSpan.Zero),
            progress.Last());
        Assert.True(progress.Last().BytesPerSecond > 0);
        Assert.Equal("identity", server.Requests.Single()["accept-encoding"]);
        Assert.Empty(_delays);
    }

    [Fact]
    public async Task Fetch_ServerClosesMidway_Resumes()
    {
        await using LoopbackServer server = LoopbackServer.Of(Content, closeAfter: n => n < 3 ? 90_000 : int.MaxValue);
        await _downloader.FetchAsync(Request(server), cancellation: Cancellation);
        AssertFetched();
        Assert.Equal([null, "bytes=90000-", "bytes=180000-", "bytes=270000-"], server.Requests.Select(r => r.GetValueOrDefault("range")));
        Assert.Equal([null, "\"v1\"", "\"v1\"", "\"v1\""], server.Requests.Select(r => r.GetValueOrDefault("if-range")));
        Assert.Equal(3, _delays.Count);
    }

    [Fact]
    public async Task Fetch_ServerIgnoresRange_StartsOver()
    {
        await using LoopbackServer server = LoopbackServer.Of(Content, ranges: false, closeAfter: n => n == 0 ? 90_000 : int.MaxValue);
        await _downloader.FetchAsync(Request(server), cancellation: Cancellation);
        AssertFetched();
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Fetch_FileChangesOnTheServer_StartsOver()
    {
        byte[] old = new byte[Content.Length];
        await using var server = new LoopbackServer((n, request, stream, cancellation) => n == 0
            ? LoopbackServer.ServeAsync(request, stream, old, "\"v1\"", ranges: true, 90_000, cancellation)
            : LoopbackServer.ServeAsync(request, stream, Content, "\"v2\"", ranges: true, int.MaxValue, cancellation));
        await _downloader.FetchAsync(Request(server) with { Sha256 = null }, cancellation: Cancellation);
        AssertFetched();
    }

    [Fact]
    public async Task Fetch_NotFound_SaysStatusAddressAndPathWithoutRetrying()
    {
        await using var server = new LoopbackServer(
            (_, _, stream, cancellation) => LoopbackServer.AnswerAsync(stream, "404 Not Found", "text/html", "<html>", cancellation));
        InputException failure = await Refused(Request(server));
        Assert.Contains("404 Not Found", failure.Message, StringComparison.Ordinal);
        Assert.Contains(server.Address.AbsoluteUri, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Target, failure.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.Empty(Directory.GetFiles(_folder["models"]));
    }

    [Fact]
    public async Task Fetch_FirstSourceFails_TakesTheMirror()
    {
        await using var broken = new LoopbackServer(
            (_, _, stream, cancellation) => LoopbackServer.AnswerAsync(stream, "403 Forbidden", "text/plain", "no", cancellation));
        await using LoopbackServer mirror = LoopbackServer.Of(Content);
        await _downloader.FetchAsync(Request(broken) with { Sources = [broken.Address, mirror.Address] }, cancellation: Cancellation);
        AssertFetched();
        Assert.Single(broken.Requests);
    }

    [Theory]
    [InlineData("text/html; charset=utf-8", "hello")]
    [InlineData("application/octet-stream", "  \r\n<!DOCTYPE html><p>Please sign in</p>")]
    [InlineData("application/octet-stream", "\u00ef\u00bb\u00bf<?xml version=\"1.0\"?>")]
    public async Task Fetch_WebPage_IsRefused(string type, string body)
    {
        await using var server =
            new LoopbackServer((_, _, stream, cancellation) => LoopbackServer.AnswerAsync(stream, "200 OK", type, body, cancellation));
        InputException failure = await Refused(Request(server) with { Size = null, Sha256 = null });
        Assert.Contains("web page", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder["models"]));
    }

    [Fact]
    public async Task Fetch_WebPageWanted_IsKept()
    {
        await using var server = new LoopbackServer(
            (_, _, stream, cancellation) => LoopbackServer.AnswerAsync(stream, "200 OK", "text/html", "<p>", cancellation));
        await _downloader.FetchAsync(Request(server) with { Size = null, Sha256 = null, AllowWebPage = true }, cancellation: Cancellation);
        Assert.Equal("<p>", await File.ReadAllTextAsync(Target, Cancellation));
    }

    [Fact]
    public async Task Fetch_WrongHash_KeepsTheFileAsideAndShowsBothHashes()
    {
        await using LoopbackServer server = LoopbackServer.Of(Content);
        InputException failure = await Refused(Request(server) with { Sha256 = "0123abcd" });
        Assert.Contains(Hash, failure.Message, StringComparison.Ordinal);
        Assert.Contains("0123abcd", failure.Message, StringComparison.Ordinal);
        Assert.Contains(Target + ".rejected", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target + ".rejected", Cancellation));
        Assert.Equal(["file.bin.rejected"], Files());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Fetch_WrongHashAtFirstSource_TakesTheMirror()
    {
        await using LoopbackServer wrong = LoopbackServer.Of(new byte[Content.Length]);
        await using LoopbackServer mirror = LoopbackServer.Of(Content);
        await _downloader.FetchAsync(Request(wrong) with { Sources = [wrong.Address, mirror.Address] }, cancellation: Cancellation);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, Cancellation));
        Assert.Equal(["file.bin", "file.bin.rejected"], Files());
    }

    [Fact]
    public async Task Fetch_PrefixOfHash_IsEnough()
    {
        await using LoopbackServer server = LoopbackServer.Of(Content);
        await _downloader.FetchAsync(Request(server) with { Sha256 = Hash[..8].ToUpperInvariant() }, cancellation: Cancellation);
        AssertFetched();
    }

    [Fact]
    public async Task Fetch_ServerStalls_TimesOutAndResumes()
    {
        using var downloader =
            new Downloader(new DownloaderOptions { StallTimeout = TimeSpan.FromSeconds(1), FirstDelay = TimeSpan.FromMilliseconds(1) });
        await using var server = new LoopbackServer(async (n, request, stream, cancellation) =>
        {
            if (n == 0)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            await LoopbackServer.ServeAsync(request, stream, Content, "\"v1\"", ranges: true, n == 1 ? 50_000 : int.MaxValue, cancellation);
            if (n == 1)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
        });
        await downloader.FetchAsync(Request(server), cancellation: Cancellation);
        AssertFetched();
        Assert.Equal("bytes=50000-", server.Requests.Last()["range"]);
    }

    [Fact]
    public async Task Fetch_ServerBusy_WaitsAsLongAsItAsks()
    {
        await using var server = new LoopbackServer((n, request, stream, cancellation) => n switch
        {
            0 => LoopbackServer.AnswerAsync(stream, "503 Service Unavailable", "text/plain", "later", cancellation, "Retry-After: 7\r\n"),
            1 => LoopbackServer.AnswerAsync(stream, "429 Too Many Requests", "text/plain", "later", cancellation, "Retry-After: 3600\r\n"),
            _ => LoopbackServer.ServeAsync(request, stream, Content, "\"v1\"", ranges: true, int.MaxValue, cancellation),
        });
        await _downloader.FetchAsync(Request(server), cancellation: Cancellation);
        AssertFetched();
        Assert.Equal([7, 30], _delays.Select(d => d.TotalSeconds));
    }

    [Fact]
    public async Task Fetch_ServerNeverAnswers_GivesUpAfterLongerAndLongerWaits()
    {
        await using var server = new LoopbackServer((_, _, _, _) => Task.CompletedTask);
        InputException failure = await Refused(Request(server));
        Assert.Contains("at attempt 5", failure.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 4, 8], _delays.Select(d => d.TotalSeconds));

        // The platform's client repeats a request on its own when a connection closes before its answer begins.
        Assert.InRange(server.Requests.Count, 5, 20);
    }

    [Fact]
    public async Task Fetch_NobodyListens_SaysSo()
    {
        Uri address;
        await using (LoopbackServer server = LoopbackServer.Of(Content))
        {
            address = server.Address;
        }

        InputException failure = await Refused(new DownloadRequest { Sources = [address], Path = Target });
        Assert.Contains(address.AbsoluteUri, failure.Message, StringComparison.Ordinal);
        Assert.Contains("refused", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Fetch_ServerClosesAtTheSameByteForever_GivesUpAndKeepsThePart()
    {
        await using LoopbackServer server = LoopbackServer.Of(Content, ranges: false, closeAfter: _ => 1000);
        InputException failure = await Refused(Request(server));
        Assert.Contains("after 1000 of 300000 bytes", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["file.bin.part", "file.bin.part.json"], Files());
        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task Fetch_Cancelled_KeepsThePartAndTheNextRunContinues()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var server = new LoopbackServer(async (n, request, stream, cancellation) =>
        {
            await LoopbackServer.ServeAsync(
                request, stream, Content, "\"v1\"", ranges: true, n == 0 ? 120_000 : int.MaxValue, cancellation);
            if (n == 0)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _downloader.FetchAsync(Request(server), _ => stop.CancelAfter(200), stop.Token));
        Assert.False(File.Exists(Target));
        long kept = new FileInfo(Target + ".part").Length;
        Assert.InRange(kept, 1, 120_000);
        await _downloader.FetchAsync(Request(server), cancellation: Cancellation);
        AssertFetched();
        Assert.Equal($"bytes={kept}-", server.Requests.Last()["range"]);
    }

    [Fact]
    public async Task Fetch_TwiceAtOnce_FetchesOnce()
    {
        await using var server = new LoopbackServer(async (_, request, stream, cancellation) =>
        {
            await Task.Delay(100, cancellation);
            await LoopbackServer.ServeAsync(request, stream, Content, "\"v1\"", ranges: true, int.MaxValue, cancellation);
        });
        using var second = new Downloader(new DownloaderOptions { Delay = (_, cancellation) => Task.Delay(20, cancellation) });
        await Task.WhenAll(
            _downloader.FetchAsync(Request(server), cancellation: Cancellation),
            second.FetchAsync(Request(server), cancellation: Cancellation),
            _downloader.FetchAsync(Request(server), cancellation: Cancellation));
        AssertFetched();
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Fetch_PartIsComplete_OnlyGivesItItsName()
    {
        Directory.CreateDirectory(_folder["models"]);
        await File.WriteAllBytesAsync(Target + ".part", Content, Cancellation);
        await using LoopbackServer server = LoopbackServer.Of(Content);
        await _downloader.FetchAsync(Request(server), cancellation: Cancellation);
        AssertFetched();
        Assert.Equal("bytes=300000-", server.Requests.Single()["range"]);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(300_000)]
    [InlineData(400_000)]
    public async Task Fetch_PartOfAnotherFile_StartsOver(int length)
    {
        Directory.CreateDirectory(_folder["models"]);
        await File.WriteAllBytesAsync(Target + ".part", new byte[length], Cancellation);
        await using LoopbackServer server = LoopbackServer.Of(Content);
        await _downloader.FetchAsync(Request(server), cancellation: Cancellation);
        AssertFetched();
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Fetch_PartOfUnknownOriginAndNoHash_StartsOver()
    {
        Directory.CreateDirectory(_folder["models"]);
        await File.WriteAllBytesAsync(Target + ".part", new byte[1000], Cancellation);
        await using LoopbackServer server = LoopbackServer.Of(Content);
        await _downloader.FetchAsync(Request(server) with { Sha256 = null }, cancellation: Cancellation);
        AssertFetched();
        Assert.False(server.Requests.Single().ContainsKey("range"));
    }

    [Fact]
    public async Task Fetch_AnotherSize_IsRefused()
    {
        await using LoopbackServer server = LoopbackServer.Of(Content[..1000]);
        Assert.Contains("1000 bytes and 300000 were expected", (await Refused(Request(server))).Message, StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Fetch_MoreThanExpectedWithoutALength_IsRefusedEarly()
    {
        await using var server = new LoopbackServer(async (_, _, stream, cancellation) =>
        {
            await LoopbackServer.WriteAsync(
                stream, "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\nConnection: close\r\n\r\n", cancellation);
            await stream.WriteAsync(Content, cancellation);
        });
        Assert.Contains("more than the 1000 bytes", (await Refused(Request(server) with { Size = 1000 })).Message,
            StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Fetch_EndsEarlyWithoutALength_IsNoticedByItsSize()
    {
        await using var server = new LoopbackServer(async (n, request, stream, cancellation) =>
        {
            if (n > 0)
            {
                await LoopbackServer.ServeAsync(request, stream, Content, "\"v1\"", ranges: true, int.MaxValue, cancellation);
                return;
            }

            await LoopbackServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nConnection: close\r\n\r\n", cancellation);
            await stream.WriteAsync(Content.AsMemory(0, 5000), cancellation);
        });
        await _downloader.FetchAsync(Request(server), cancellation: Cancellation);
        AssertFetched();
        Assert.Equal("bytes=5000-", server.Requests.Last()["range"]);
    }

    [Fact]
    public async Task Fetch_FileIsThere_AsksNobody()
    {
        Directory.CreateDirectory(_folder["models"]);
        await File.WriteAllBytesAsync(Target, Content, Cancellation);
        await using LoopbackServer server = LoopbackServer.Of(Content);
        await _downloader.FetchAsync(Request(server), cancellation: Cancellation);
        AssertFetched();
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Fetch_WrongFileIsThere_PutsItAside()
    {
        Directory.CreateDirectory(_folder["models"]);
        await File.WriteAllTextAsync(Target, "something else", Cancellation);
        await using LoopbackServer server = LoopbackServer.Of(Content);
        await _downloader.FetchAsync(Request(server), cancellation: Cancellation);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, Cancellation));
        Assert.Equal("something else", await File.ReadAllTextAsync(Target + ".rejected", Cancellation));
    }

    [Fact]
    public async Task Fetch_FolderCantBeMade_SaysSo()
    {
        await File.WriteAllTextAsync(_folder["models"], "a file where the folder should be", Cancellation);
        await using LoopbackServer server = LoopbackServer.Of(Content);
        Assert.Contains("can't be written", (await Refused(Request(server))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fetch_OtherProtocol_IsRefused()
    {
        var request = new DownloadRequest { Sources = [new Uri("ftp://127.0.0.1/a")], Path = Target };
        Assert.Contains("https://", Assert.Throws<InputException>(() => _downloader.Fetch(request, cancellation: Cancellation)).Message,
            StringComparison.Ordinal);
    }

    private DownloadRequest Request(LoopbackServer server) =>
        new() { Sources = [server.Address], Path = Target, Size = Content.Length, Sha256 = Hash };

    private async Task<InputException> Refused(DownloadRequest request)
    {
        InputException failure =
            await Assert.ThrowsAsync<InputException>(() => _downloader.FetchAsync(request, cancellation: Cancellation));
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }

    private string[] Files() => [.. Directory.GetFiles(_folder["models"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private void AssertFetched()
    {
        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal(["file.bin"], Files());
    }
}
