using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SuperRes.Lab.Tests.Datasets;

/// <summary>An HTTP server on raw sockets, so that it can fail in ways that no well-behaved server does.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int, IReadOnlyDictionary<string, string>, NetworkStream, CancellationToken, Task> _respond;
    private readonly Task _loop;

    /// <param name="respond">Answers a request: its number from 0, its headers (":path" is the path), the connection.</param>
    public LoopbackServer(Func<int, IReadOnlyDictionary<string, string>, NetworkStream, CancellationToken, Task> respond)
    {
        _respond = respond;
        _listener.Start();
        _loop = Task.Run(AcceptAsync);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/models/file.bin");

    /// <summary>Headers of each request.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Requests { get; } = new();

    /// <summary>A server of one file that honours ranges, unless <paramref name="ranges"/> is false, and closes after some bytes of each
    /// answer.</summary>
    public static LoopbackServer Of(byte[] content, string etag = "\"v1\"", bool ranges = true, Func<int, int>? closeAfter = null) =>
        new((number, request, stream, cancellation) => ServeAsync(
            request, stream, content, etag, ranges, closeAfter?.Invoke(number) ?? int.MaxValue, cancellation));

    public static async Task ServeAsync(
        IReadOnlyDictionary<string, string> request, NetworkStream stream, byte[] content, string etag, bool ranges, int closeAfter,
            CancellationToken cancellation)
    {
        int from = 0;
        if (ranges && request.TryGetValue("range", out string? range) && (
            !request.TryGetValue("if-range", out string? known) || known == etag))
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            if (from >= content.Length)
            {
                await WriteAsync(
                    stream,
                    $"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{content.Length}\r\nContent-Length: 0\r\nConnection: "
                    + $"close\r\n\r\n", cancellation);
                return;
            }
        }

        string status = from > 0 ? $"206 Partial Content\r\nContent-Range: bytes {from}-{content.Length - 1}/{content.Length}" : "200 OK";
        await WriteAsync(
            stream,
            $"HTTP/1.1 {status}\r\nContent-Type: application/octet-stream\r\nETag: {etag}\r\nContent-Length: "
            + $"{content.Length - from}\r\nConnection: close\r\n\r\n", cancellation);
        await stream.WriteAsync(content.AsMemory(from, Math.Min(content.Length - from, closeAfter)), cancellation);
    }

    public static Task WriteAsync(NetworkStream stream, string text, CancellationToken cancellation) =>
        stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancellation).AsTask();

    public static Task AnswerAsync(
        NetworkStream stream, string status, string type, string body, CancellationToken cancellation, string headers = "") =>
        WriteAsync(
            stream,
            $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}",
            cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        for (int number = 0; ; number++)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
            {
                break;
            }

            open.Add(HandleAsync(client, number));
        }

        await Task.WhenAll(open);
    }

    private async Task HandleAsync(TcpClient client, int number)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                IReadOnlyDictionary<string, string> request = await ReadRequestAsync(stream);
                Requests.Enqueue(request);
                await _respond(number, request, stream, _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The downloader hung up, or the test is over.
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> ReadRequestAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        byte[] one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token); // an IOException where a caller hangs up before it has asked for anything
            text.Append((char)one[0]);
        }

        string[] lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).ToDictionary(l => l[..l.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant(),
            l => l[(l.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(), StringComparer.Ordinal);
        headers[":path"] = lines[0].Split(' ')[1];
        return headers;
    }
}
