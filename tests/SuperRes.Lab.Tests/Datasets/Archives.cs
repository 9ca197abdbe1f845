using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace SuperRes.Lab.Tests.Datasets;

/// <summary>Makes archives, good ones and such as an enemy would make.</summary>
internal static class Archives
{
    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                using Stream to = zip.CreateEntry(name).Open();
                to.Write(content);
            }
        }

        return stream.ToArray();
    }

    public static byte[] ZipWithLink(string name, string target)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            ZipArchiveEntry link = zip.CreateEntry(name);
            link.ExternalAttributes = unchecked((int)0xA1FF0000);
            using Stream to = link.Open();
            to.Write(Encoding.UTF8.GetBytes(target));
        }

        return stream.ToArray();
    }

    public static byte[] TarGz(params (string Name, byte[] Content)[] files) =>
        TarGz(files.Select(
            file => (TarEntry)new PaxTarEntry(TarEntryType.RegularFile, file.Name) { DataStream = new MemoryStream(file.Content) }));

    public static byte[] TarGz(IEnumerable<TarEntry> entries)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (TarEntry entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
