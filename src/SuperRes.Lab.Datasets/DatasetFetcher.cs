using SuperRes.Lab.IO;

namespace SuperRes.Lab.Datasets;

/// <summary>What a <see cref="DatasetFetcher"/> is doing.</summary>
/// <param name="Received">Bytes that are there of what has to come.</param>
/// <param name="Total">Bytes that have to come; 0 where nothing has.</param>
/// <param name="BytesPerSecond">Rate of all downloads together.</param>
/// <param name="Remaining">Time until the last byte at this rate; null where it is not known.</param>
/// <param name="Unpacked">Files unpacked so far.</param>
/// <param name="Unpacking">The archive that is being unpacked; null where none is.</param>
public sealed record DatasetProgress(
    long Received, long Total, double BytesPerSecond, TimeSpan? Remaining, int Unpacked, string? Unpacking);

/// <summary>
/// Brings a data set onto the disk: fetches its files side by side, each resumed, checked and named only when it is right, and unpacks
/// the archives. What is there already, fetched or put there by hand, is checked and used; a second call has nothing to do.
/// </summary>
/// <param name="downloader">What fetches.</param>
/// <param name="mirrors">Addresses of folders that have the same files, tried before the authors' own; null for none.</param>
public sealed class DatasetFetcher(Downloader downloader, IReadOnlyList<Uri>? mirrors = null)
{
    private const double UnpackedPerByte = 1.1;

    /// <summary>Fetches and unpacks a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="keepArchives">Whether the archives stay after they are unpacked.</param>
    /// <param name="progress">Receives the progress, from several threads in turn; null for none.</param>
    /// <param name="cancellation">Stops it; what came is kept for the next call.</param>
    /// <returns>The set's folder.</returns>
    /// <exception cref="InputException">
    /// The set is generated, the disk is too small, a file can't be fetched or is another (the message says which files to put where by
    /// hand), or an archive is refused.
    /// </exception>
    public string Fetch(Dataset set, string dataFolder, bool keepArchives = true, Action<DatasetProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        if (set.Files.Count == 0)
        {
            throw new InputException($"{set.Name} is generated, not fetched; \"superres data synth\" makes its images.");
        }

        string root = set.PathIn(dataFolder);
        RequireSpace(set, root);
        var meter = new Meter(set, root, progress);
        // Each file is unpacked as soon as it is there, while the others still come.
        Task<string?>[] all =
            [.. set.Files.Select(
            file => Task.Run(() => BringAsync(set, file, dataFolder, keepArchives, meter, cancellation), cancellation))];
        string[] faults = [.. Task.WhenAll(all).GetAwaiter().GetResult().OfType<string>()];
        if (faults.Length > 0)
        {
            throw new InputException($"{string.Join("; ", faults)}. Where the network is closed, {set.ByHand(dataFolder)}.");
        }

        return root;
    }

    /// <returns>Why the file can't be had; null where it is there.</returns>
    private async Task<string?> BringAsync(
        Dataset set, DatasetFile file, string dataFolder, bool keepArchives, Meter meter, CancellationToken cancellation)
    {
        string root = set.PathIn(dataFolder), path = Path.Combine(root, file.Name);
        if (file.Unpacked is not null && file.StateIn(root) == DatasetFileState.Ready)
        {
            return null;
        }

        string? wrong = PutAsideIfWrong(file, path, cancellation);
        if (!File.Exists(path) && await DownloadAsync(file, path, meter, cancellation).ConfigureAwait(false) is { } fault)
        {
            return wrong + fault;
        }

        if (file.Unpacked is not null)
        {
            meter.Unpacking(file.Name);
            Unpack(file, root, meter, cancellation);
            meter.Unpacking(null);
            if (!keepArchives)
            {
                File.Delete(path);
            }
        }

        return null;
    }

    /// <returns>Why it can't be fetched; null where it was.</returns>
    private async Task<string?> DownloadAsync(DatasetFile file, string path, Meter meter, CancellationToken cancellation)
    {
        var request = new DownloadRequest
        {
            Sources = [.. (mirrors ?? []).Select(mirror => Join(mirror, file.Name)), .. file.Sources],
            Path = path,
            Size = file.Size,
            Sha256 = file.Sha256,
        };
        try
        {
            await downloader.FetchAsync(request, progress => meter.Received(file.Name, progress), cancellation).ConfigureAwait(false);
            return null;
        }
        catch (InputException e)
        {
            // What to do is said once for all files.
            return e.Message.Split("; get it another way", 2)[0].TrimEnd('.');
        }
    }

    /// <summary>A file that is there and is not the right one makes room, and is named in the message where none can be fetched.</summary>
    private static string? PutAsideIfWrong(DatasetFile file, string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        long bytes = new FileInfo(path).Length;
        string found = bytes != file.Size ? $"{bytes:N0} bytes instead of {file.Size:N0}"
            : $"the sha256 {Sha256Check.Compute(path, cancellation)} instead of {file.Sha256}";
        if (bytes == file.Size && found.Contains($"sha256 {file.Sha256} ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        File.Move(path, path + ".rejected", overwrite: true);
        return $"The file {path} that was there has {found} and is kept as {path}.rejected; ";
    }

    private static void Unpack(DatasetFile file, string root, Meter meter, CancellationToken cancellation)
    {
        using FileStream hold = FileLock.Take(Path.Combine(root, "." + file.Name + ".lock"), cancellation);
        if (file.StateIn(root) == DatasetFileState.Ready)
        {
            return;
        }

        string aside = Path.Combine(root, "." + file.Name + ".unpacked");
        foreach (string leftover in Directory.EnumerateDirectories(root, "." + file.Name + ".unpacked*"))
        {
            Directory.Delete(leftover, recursive: true);
        }

        ArchiveExtractor.Extract(Path.Combine(root, file.Name), aside, file.Limits, new Reports(meter), cancellation);
        string from = Path.Combine(aside, file.Unpacked!), to = Path.Combine(root, file.Unpacked!);
        int files = Directory.Exists(from) ? Directory.EnumerateFiles(from).Count() : 0;
        if (files < file.UnpackedFiles)
        {
            Directory.Delete(aside, recursive: true);
            throw new InputException($"{Path.Combine(root, file.Name)} holds {files} files in {file.Unpacked}/, and {file.UnpackedFiles} "
                + $"were expected; fetch it again.");
        }

        if (Directory.Exists(to))
        {
            // A part of the set was there: it stays, with the archive's files in place of those of the same name.
            Merge(from, to);
        }
        else
        {
            Directory.Move(from, to);
        }

        Directory.Delete(aside, recursive: true);
    }

    private static void Merge(string from, string to)
    {
        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(path, target, overwrite: true);
        }
    }

    private static void RequireSpace(Dataset set, string root)
    {
        double needed = 0;
        foreach (DatasetFile file in set.Files)
        {
            DatasetFileState state = file.StateIn(root);
            var part = new FileInfo(PartFile.PathOf(Path.Combine(root, file.Name)));
            needed += state == DatasetFileState.Missing ? file.Size - (part.Exists ? part.Length : 0) : 0;
            needed += file.Unpacked is not null && state != DatasetFileState.Ready ? file.Size * UnpackedPerByte : 0;
        }

        try
        {
            Directory.CreateDirectory(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{root} can't be written: {e.Message.TrimEnd('.')}; check the folder's rights, or name another data "
                + $"folder in SUPERRES_DATA.", e);
        }

        long free = FileLock.FreeSpace(root);
        if (needed > free)
        {
            throw new InputException(
                $"{root} has {free / 1e9:0.0} GB free, and {set.Name} needs {needed / 1e9:0.0} GB to be fetched and unpacked; free some "
                    + $"space, or name another data folder in SUPERRES_DATA.");
        }
    }

    private static Uri Join(Uri folder, string name) =>
        new(folder.AbsoluteUri.EndsWith('/') ? folder.AbsoluteUri + name : $"{folder.AbsoluteUri}/{name}");

    /// <summary>Adds up the progress of the files.</summary>
    private sealed class Meter(Dataset set, string root, Action<DatasetProgress>? report)
    {
        private readonly Lock _gate = new();
        private readonly long _total = set.Files.Where(file => file.StateIn(root) == DatasetFileState.Missing).Sum(file => file.Size);
        private readonly Dictionary<string, DownloadProgress> _downloads = new(StringComparer.Ordinal);
        private string? _unpacking;
        private int _unpacked;

        public void Received(string name, DownloadProgress progress)
        {
            lock (_gate)
            {
                _downloads[name] = progress;
                Report();
            }
        }

        public void Unpacking(string? name)
        {
            lock (_gate)
            {
                _unpacking = name;
                Report();
            }
        }

        public void OneUnpacked()
        {
            lock (_gate)
            {
                _unpacked++;
                Report();
            }
        }

        private void Report()
        {
            if (report is null)
            {
                return;
            }

            long received = _downloads.Values.Sum(download => download.Received);
            double rate = _downloads.Values.Where(download => download.Received != download.Total).Sum(download => download.BytesPerSecond);
            TimeSpan? left = rate > 0 && received < _total ? TimeSpan.FromSeconds(Math.Min((_total - received) / rate, 1e8)) : null;
            report(new DatasetProgress(received, _total, rate, left, _unpacked, _unpacking));
        }
    }

    private sealed class Reports(Meter meter) : IProgress<ExtractProgress>
    {
        public void Report(ExtractProgress value) => meter.OneUnpacked();
    }
}
