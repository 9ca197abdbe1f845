using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Hashing;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Datasets;

/// <summary>How far an archive is unpacked.</summary>
/// <param name="Files">Files that are written.</param>
/// <param name="Bytes">Bytes that are written.</param>
public readonly record struct ExtractProgress(int Files, long Bytes);

/// <summary>
/// Unpacks .zip, .tar.gz and .tgz as if they came from an enemy: no path leads out of the folder, no link is made, and number, size and
/// compression have limits that hold while it unpacks, whatever the headers say.
/// </summary>
public static class ArchiveExtractor
{
    private const int UnixKind = 0xF000, UnixFile = 0x8000, UnixFolder = 0x4000, UnixLink = 0xA000;

    /// <summary>Unpacks an archive into a new folder, which appears when it is complete.</summary>
    /// <param name="archive">A file that ends in .zip, .tar.gz or .tgz.</param>
    /// <param name="folder">The folder; must not exist.</param>
    /// <param name="limits">Limits; null: the defaults.</param>
    /// <param name="progress">Receives the progress after each file.</param>
    /// <param name="cancellation">Stops it; nothing half-unpacked is left.</param>
    /// <returns>What was unpacked.</returns>
    /// <exception cref="InputException">The archive is damaged or cut short, holds what is refused, or the disk is full; nothing is left of
    /// it.</exception>
    public static ExtractProgress Extract(
        string archive, string folder, ExtractionLimits? limits = null, IProgress<ExtractProgress>? progress = null,
            CancellationToken cancellation = default)
    {
        bool zip = archive.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
        if (!zip && !archive.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) && !archive.EndsWith(".tgz",
            StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException($"{archive} is no archive that is unpacked here; .zip, .tar.gz and .tgz are.");
        }

        if (Path.Exists(folder))
        {
            throw new InputException($"{folder} exists; an archive is unpacked into a new folder.");
        }

        string aside = Path.GetFullPath(folder) + "." + Guid.NewGuid().ToString("N")[..8] + ".tmp";
        using FileStream file = InputFile.OpenRead(archive);
        var entries = new ArchiveEntries(archive, file.Length, limits ?? new ExtractionLimits());
        try
        {
            Directory.CreateDirectory(aside);
            var writer = new Writer(aside, entries, progress, cancellation);
            if (zip)
            {
                Unzip(file, entries, writer);
            }
            else
            {
                Untar(file, entries, writer);
            }

            Directory.Move(aside, Path.GetFullPath(folder));
            return new ExtractProgress(entries.Files, entries.Bytes);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or NotSupportedException
            or ArgumentException or OverflowException)
        {
            throw entries.Refused("it is damaged or cut short", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{archive} can't be unpacked into {folder}: {e.Message.TrimEnd('.')}; check the folder's rights and "
                + $"the free space.", e);
        }
        finally
        {
            if (Directory.Exists(aside))
            {
                Directory.Delete(aside, recursive: true);
            }
        }
    }

    private static void Unzip(FileStream file, ArchiveEntries entries, Writer writer)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        entries.RequireBytes(
            zip.Entries.Aggregate(0L, (sum, entry) => long.MaxValue - sum < entry.Length ? long.MaxValue : sum + entry.Length));
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            // The upper half holds the mode where a Unix system made the entry; other systems leave it empty.
            int kind = (entry.ExternalAttributes >> 16) & UnixKind;
            bool isFolder = entry.FullName.EndsWith('/') || entry.FullName.EndsWith('\\');
            if (kind is not (0 or UnixFile) && !(kind == UnixFolder && isFolder))
            {
                throw entries.NoFile(entry.FullName, kind == UnixLink ? "a link" : "neither a file nor a folder");
            }

            if (entry.IsEncrypted)
            {
                throw entries.NoFile(entry.FullName, "encrypted");
            }

            string[] parts = entries.Accept(entry.FullName, !isFolder);
            if (isFolder)
            {
                writer.Folder(parts);
                continue;
            }

            using Stream content = entry.Open();
            uint checksum = writer.File(parts, content, entries.Add);
            if (checksum != entry.Crc32)
            {
                throw new InvalidDataException($"{entry.FullName} has another checksum");
            }
        }
    }

    private static void Untar(FileStream file, ArchiveEntries entries, Writer writer)
    {
        // Headers and padding count too: a bomb may consist of nothing else.
        using var content = new CheckedGzip(file, entries.Add);
        using var tar = new TarReader(content, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            switch (entry.EntryType)
            {
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    writer.File(entries.Accept(entry.Name, isFile: true), entry.DataStream ?? Stream.Null, _ => { });
                    break;
                case TarEntryType.Directory:
                    writer.Folder(entries.Accept(entry.Name, isFile: false));
                    break;
                case TarEntryType.GlobalExtendedAttributes:
                    break;
                case TarEntryType.SymbolicLink or TarEntryType.HardLink:
                    throw entries.NoFile(entry.Name, "a link");
                default:
                    throw entries.NoFile(entry.Name, "neither a file nor a folder");
            }
        }

        content.Finish();
    }

    /// <summary>Writes checked entries below a folder.</summary>
    private sealed class Writer(string root, ArchiveEntries entries, IProgress<ExtractProgress>? progress, CancellationToken cancellation)
    {
        private readonly byte[] _buffer = new byte[1 << 17];

        public void Folder(string[] parts) => Directory.CreateDirectory(Path.Combine([root, .. parts]));

        /// <returns>The content's CRC-32.</returns>
        public uint File(string[] parts, Stream content, Action<long> count)
        {
            string path = Path.Combine([root, .. parts]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var crc = new Crc32();
            using (var to = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                int read;
                while ((read = content.Read(_buffer)) > 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    count(read);
                    crc.Append(_buffer.AsSpan(0, read));
                    to.Write(_buffer.AsSpan(0, read));
                }
            }

            progress?.Report(new ExtractProgress(entries.Files, entries.Bytes));
            return crc.GetCurrentHashAsUInt32();
        }
    }
}
