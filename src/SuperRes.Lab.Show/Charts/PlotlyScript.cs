using System.Security.Cryptography;
using System.Text;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Show;

/// <summary>plotly.js (MIT), which makes charts interactive, as the Plotly.NET package carries it.</summary>
public static class PlotlyScript
{
    private static readonly Lazy<(byte[] Content, string Version)> Script = new(Load);

    /// <summary>The file's name where it lies beside notebooks or pages.</summary>
    public const string FileName = "plotly.min.js";

    /// <summary>Its version, such as 2.28.0.</summary>
    public static string Version => Script.Value.Version;

    /// <summary>The script's text, about 3.6 MB.</summary>
    /// <returns>JavaScript that defines the global name Plotly.</returns>
    public static string Read() => Encoding.UTF8.GetString(Script.Value.Content);

    /// <summary>Writes the script into a folder, under <see cref="FileName"/>, unless it is there already.</summary>
    /// <param name="folder">The folder of the pages or notebooks.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="InputException">The file can't be written.</exception>
    public static string WriteTo(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path) || new FileInfo(path).Length != Script.Value.Content.Length)
        {
            AtomicFile.WriteAllBytes(path, Script.Value.Content);
        }

        return path;
    }

    /// <summary>Where the same file is on the public network.</summary>
    internal static string NetworkUrl => $"https://cdn.jsdelivr.net/npm/plotly.js-dist-min@{Version}/plotly.min.js";

    /// <summary>The file's hash as browsers check it, so that a changed file on the network is never run.</summary>
    internal static string Integrity => LazyIntegrity.Value;

    private static readonly Lazy<string> LazyIntegrity =
        new(() => "sha384-" + Convert.ToBase64String(SHA384.HashData(Script.Value.Content)));

    private static (byte[] Content, string Version) Load()
    {
        (string name, Stream stream) = PlotlyBridge.Instance.OpenScript();
        using (stream)
        using (var copy = new MemoryStream())
        {
            stream.CopyTo(copy);
            string version = name[(name.LastIndexOf("plotly-", StringComparison.Ordinal) + 7)..^".min.js".Length];
            return (copy.ToArray(), version);
        }
    }
}
