using System.Net;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Datasets;

/// <summary>
/// Fetches files: continues where an earlier run stopped, retries, checks size and hash, and gives the file its name only when it is
/// right. Safe for several threads and processes that want the same file.
/// </summary>
public sealed class Downloader : IDisposable
{
    // A server that sends a few bytes and closes, over and over, makes progress each time; even so it ends some day.
    private const int MostAttempts = 200;
    private static readonly TimeSpan WaitForOther = TimeSpan.FromMilliseconds(250);

    private readonly DownloaderOptions _options;
    private readonly HttpClient _client;

    /// <summary>Creates a downloader.</summary>
    /// <param name="options">How it behaves on failures; null: the defaults.</param>
    public Downloader(DownloaderOptions? options = null)
    {
        _options = options ?? new DownloaderOptions();
        var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, ConnectTimeout = _options.StallTimeout };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Fetches a file unless it is there already; see <see cref="FetchAsync"/>.</summary>
    /// <param name="request">The file.</param>
    /// <param name="progress">Receives the progress about ten times a second; null for none.</param>
    /// <param name="cancellation">Stops it; what came is kept for the next run.</param>
    /// <returns>The file's path.</returns>
    public string Fetch(DownloadRequest request, Action<DownloadProgress>? progress = null, CancellationToken cancellation = default) =>
        Task.Run(() => FetchAsync(request, progress, cancellation), cancellation).GetAwaiter().GetResult();

    /// <summary>Fetches a file unless it is there already.</summary>
    /// <param name="request">The file.</param>
    /// <param name="progress">Receives the progress about ten times a second; null for none.</param>
    /// <param name="cancellation">Stops it; what came is kept for the next run.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="InputException">
    /// No source has it (the message has each address and what it answered), its hash is wrong (the file is kept with ".rejected"
    /// behind its name, and the message has both hashes), or the folder can't be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<string> FetchAsync(
        DownloadRequest request, Action<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        Validate(request);
        while (true)
        {
            using PartFile? part = PartFile.TryOpen(request.Path);
            if (part is null)
            {
                await _options.Delay(WaitForOther, cancellation).ConfigureAwait(false);
                continue;
            }

            try
            {
                if (File.Exists(request.Path) && KeepExisting(request, cancellation))
                {
                    part.Delete();
                    return request.Path;
                }

                await FetchFromAnyAsync(request, part, new DownloadMeter(request, progress, _options.Time, part.Length), cancellation)
                    .ConfigureAwait(false);
                return request.Path;
            }
            catch (InputException e) when (e.InnerException is IOException held && PartFile.IsHeldElsewhere(held))
            {
                // Whoever fetched it has given it its name and not let it go yet.
                await _options.Delay(WaitForOther, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{request.Path} can't be written: {e.Message.TrimEnd('.')}; check the folder's rights and the "
                    + $"free space, then run this again to continue.", e);
            }
        }
    }

    /// <summary>Frees the connections.</summary>
    public void Dispose() => _client.Dispose();

    private static void Validate(DownloadRequest request)
    {
        if (request.Sources.Count == 0)
        {
            throw new ArgumentException("A download needs at least one source.", nameof(request));
        }

        foreach (Uri source in request.Sources)
        {
            if (!source.IsAbsoluteUri || (source.Scheme != Uri.UriSchemeHttp && source.Scheme != Uri.UriSchemeHttps))
            {
                throw new InputException($"{source} can't be fetched; give an address that begins with https:// or http://.");
            }
        }
    }

    /// <summary>Another process may have fetched it meanwhile; a file that is not the right one is put aside.</summary>
    private static bool KeepExisting(DownloadRequest request, CancellationToken cancellation)
    {
        bool right = (request.Size is not { } size || new FileInfo(request.Path).Length == size)
            && (request.Sha256 is null || Sha256Check.Matches(Sha256Check.Compute(request.Path, cancellation), request.Sha256));
        if (!right)
        {
            File.Move(request.Path, request.Path + ".rejected", overwrite: true);
        }

        return right;
    }

    private async Task FetchFromAnyAsync(DownloadRequest request, PartFile part, DownloadMeter meter, CancellationToken cancellation)
    {
        var faults = new List<string>();
        DownloadFault? last = null;
        foreach (Uri source in request.Sources)
        {
            try
            {
                await FetchFromAsync(source, request, part, meter, cancellation).ConfigureAwait(false);
                return;
            }
            catch (DownloadFault e)
            {
                faults.Add($"{source}: {e.Message}");
                last = e;
            }
        }

        if (part.Length == 0)
        {
            part.Delete();
        }

        throw new InputException($"{Path.GetFileName(request.Path)} could not be fetched from {string.Join("; ", faults)}; get it another "
            + $"way and put it at {request.Path}, or try again.", last);
    }

    private async Task FetchFromAsync(
        Uri source, DownloadRequest request, PartFile part, DownloadMeter meter, CancellationToken cancellation)
    {
        var attempt = new DownloadAttempt(_client, _options, request, part, meter.Report);
        bool mixed = false, startedOver = false;
        int fruitless = 0;
        for (int count = 1; ; count++)
        {
            long before = part.Length;
            try
            {
                mixed |= await attempt.RunAsync(source, cancellation).ConfigureAwait(false);
                if (Finish(request, part, mayStartOver: mixed && !startedOver, cancellation))
                {
                    meter.Complete(new FileInfo(request.Path).Length);
                    return;
                }

                part.Restart(source, validator: null);
                (mixed, startedOver) = (false, true);
            }
            catch (DownloadFault e) when (e.Retry)
            {
                fruitless = part.Length > before ? 0 : fruitless + 1;
                if (fruitless >= _options.Attempts || count == MostAttempts)
                {
                    throw new DownloadFault($"{e.Message}, at attempt {count}", retry: false, inner: e);
                }

                await _options.Delay(WaitBefore(fruitless, e.Wait), cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Checks the hash and gives the file its name.</summary>
    /// <returns>False where the file is wrong, but was put together from parts and may be right when fetched in one piece.</returns>
    private static bool Finish(DownloadRequest request, PartFile part, bool mayStartOver, CancellationToken cancellation)
    {
        if (request.Sha256 is { } expected && part.ComputeSha256(cancellation) is var actual && !Sha256Check.Matches(actual, expected))
        {
            if (mayStartOver)
            {
                return false;
            }

            string rejected = request.Path + ".rejected";
            part.PutAside(rejected);
            throw new DownloadFault($"the file that came has the sha256 {actual} and {Sha256Check.Describe(expected)} was expected (it is "
                + $"kept as {rejected})", retry: false);
        }

        part.MoveTo(request.Path);
        return true;
    }

    private TimeSpan WaitBefore(int fruitless, TimeSpan? asked)
    {
        TimeSpan own = _options.FirstDelay * Math.Pow(2, Math.Min(Math.Max(fruitless - 1, 0), 20));
        TimeSpan wait = asked > own ? asked.Value : own;
        return wait < _options.LongestDelay ? wait : _options.LongestDelay;
    }
}
