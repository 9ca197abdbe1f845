using System.Net;
using System.Net.Http.Headers;

namespace SuperRes.Lab.Datasets;

/// <summary>One request for what is missing of a file.</summary>
internal sealed class DownloadAttempt(
    HttpClient client, DownloaderOptions options, DownloadRequest request, PartFile part, Action<long, long?> progress)
{
    private const int FirstBytes = 64;

    /// <summary>Asks a source for the rest and appends what comes.</summary>
    /// <returns>Whether bytes from before this attempt are part of the result.</returns>
    /// <exception cref="DownloadFault">The file is not complete; what came is kept.</exception>
    public async Task<bool> RunAsync(Uri source, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(options.StallTimeout);
        try
        {
            using HttpRequestMessage message = Ask(source);
            using HttpResponseMessage response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, silence.Token)
                .ConfigureAwait(false);
            return await ReceiveAsync(source, response, silence, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new DownloadFault($"the server was silent for {options.StallTimeout.TotalSeconds:0.#} s", retry: true, inner: e);
        }
        catch (HttpRequestException e)
        {
            throw new DownloadFault(
                e.Message.TrimEnd('.'), retry: e.HttpRequestError is not HttpRequestError.NameResolutionError, inner: e);
        }
    }

    private HttpRequestMessage Ask(Uri source)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, source);
        message.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        message.Headers.UserAgent.ParseAdd("superres-lab");
        if (part.Length == 0)
        {
            return message;
        }

        // Without a validator, only a hash can show afterwards that both halves belong together.
        string? validator = part.ValidatorFor(source);
        if (validator is not null || request.Sha256 is not null)
        {
            message.Headers.Range = new RangeHeaderValue(part.Length, null);
            if (validator is not null)
            {
                message.Headers.TryAddWithoutValidation("If-Range", validator);
            }
        }

        return message;
    }

    private async Task<bool> ReceiveAsync(
        Uri source, HttpResponseMessage response, CancellationTokenSource silence, CancellationToken cancellation)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return AcceptComplete(source, response);
        }

        RequireSuccess(response);
        bool resumed = response.StatusCode == HttpStatusCode.PartialContent && part.Length > 0;
        if (resumed && response.Content.Headers.ContentRange?.From != part.Length)
        {
            part.Restart(source, validator: null);
            throw new DownloadFault("the server sent another part of the file than was asked for", retry: true);
        }

        if (!resumed)
        {
            part.Restart(source, Validator(response));
        }

        part.SeekToEnd();
        long? total = response.Content.Headers.ContentRange?.Length
            ?? (response.Content.Headers.ContentLength is { } length ? part.Length + length : request.Size);
        if (request.Size is { } size && total != size)
        {
            part.Restart(source, validator: null);
            throw new DownloadFault($"the file there has {total} bytes and {size} were expected", retry: resumed);
        }

        using Stream body = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        await CopyAsync(source, body, total, silence, cancellation).ConfigureAwait(false);
        if (total is { } all && part.Length < all)
        {
            throw ClosedEarly(all);
        }

        return resumed;
    }

    private async Task CopyAsync(Uri source, Stream body, long? total, CancellationTokenSource silence, CancellationToken cancellation)
    {
        byte[] buffer = new byte[1 << 16];
        bool begun = part.Length > 0;
        while (true)
        {
            silence.CancelAfter(options.StallTimeout);
            int read = await ReadAsync(body, buffer, begun ? 1 : FirstBytes, total, silence.Token).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            if (read == 0)
            {
                return;
            }

            if (!begun && !request.AllowWebPage && LooksLikeWebPage(buffer.AsSpan(0, read)))
            {
                throw WebPage();
            }

            begun = true;
            part.Append(buffer.AsSpan(0, read));
            progress(part.Length, total);
            if (part.Length > total)
            {
                part.Restart(source, validator: null);
                throw new DownloadFault($"the server sent more than the {total} bytes that were expected", retry: false);
            }
        }
    }

    /// <summary>Reads from the network; its failures are distinguished from those of the disk.</summary>
    private async Task<int> ReadAsync(Stream body, byte[] buffer, int atLeast, long? total, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAtLeastAsync(buffer, atLeast, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw ClosedEarly(total, e);
        }
    }

    /// <summary>The server has nothing behind what is there: either all of it is there, or it belongs to another file.</summary>
    private bool AcceptComplete(Uri source, HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentRange?.Length == part.Length && (request.Size ?? part.Length) == part.Length)
        {
            return true;
        }

        part.Restart(source, validator: null);
        throw new DownloadFault("the part that was there doesn't belong to the server's file", retry: true);
    }

    private void RequireSuccess(HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        if (status is not (200 or 206))
        {
            bool retry = status is 408 or 425 or 429 or >= 500;
            RetryConditionHeaderValue? after = response.Headers.RetryAfter;
            throw new DownloadFault($"the server answered {status} {response.ReasonPhrase}".TrimEnd(), retry,
                after?.Delta ?? (after?.Date - options.Time.GetUtcNow()));
        }

        if (!request.AllowWebPage && response.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml")
        {
            throw WebPage();
        }
    }

    private DownloadFault ClosedEarly(long? total, Exception? inner = null) =>
        new($"the server closed the connection after {part.Length}{(total is null ? string.Empty : $" of {total}")} bytes", retry: true,
            inner: inner);

    private static DownloadFault WebPage() =>
        new("the server sent a web page instead of the file (a sign-in page, or the file has moved)", retry: false);

    private static bool LooksLikeWebPage(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        return (start.StartsWith(mark) ? start[3..] : start).TrimStart(" \t\r\n"u8) is [(byte)'<', ..];
    }

    private static string? Validator(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : response.Content.Headers.LastModified?.ToString("R");
}
