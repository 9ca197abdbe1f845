using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SkiaSharp;
using SuperRes.Lab.Models;
using SuperRes.Lab.Onnx;
using SuperRes.Lab.Web.Api;
using TorchSharp;

namespace SuperRes.Lab.Web;

/// <summary>The page that needs no server: models as ONNX, ONNX Runtime for browsers, and the same page as the web app's.</summary>
public static class Site
{
    private const string Runtime = "runtime", Models = "models", Default = "lite-x2", Head = "<!--head-->";

    // Policy, icons and the manifest of an app that can be installed.
    private const string SiteHead = """
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'">
        <link rel="manifest" href="site.webmanifest">
        <link rel="apple-touch-icon" href="icon-192.png">
        <meta name="theme-color" content="#14506e">
        """;

    /// <summary>Whether ONNX Runtime for browsers could be fetched when this program was built.</summary>
    internal static bool IsBuiltWithRuntime => File.Exists(
        Path.Combine(AppContext.BaseDirectory, "site-runtime", "ort-wasm-simd-threaded.wasm"));

    /// <summary>Writes the page.</summary>
    /// <param name="folder">The folder; files in it are replaced.</param>
    /// <param name="models">The weights files that it offers.</param>
    /// <returns>How large it is.</returns>
    /// <exception cref="InputException">There is no model, one can't be read or exported, the build has no ONNX Runtime for browsers, or
    /// the folder can't be written.</exception>
    public static SiteSize Write(string folder, IReadOnlyList<string> models)
    {
        if (models.Count == 0)
        {
            throw new InputException("There is no model for the page; give --model FILE, such as one that \"superres train\" made.");
        }

        string runtime = Path.Combine(AppContext.BaseDirectory, "site-runtime");
        if (!IsBuiltWithRuntime)
        {
            throw new InputException(
                $"ONNX Runtime for browsers is not in {runtime}: it could not be fetched from npm when the program was built; build again "
                + $"with a network, or with -p:OnnxRuntimeWebSource=URL.");
        }

        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (string name in PageFiles.Names.Where(name => !name.StartsWith("server/", StringComparison.Ordinal)))
        {
            files[name.StartsWith("static/", StringComparison.Ordinal) ? name["static/".Length..] : name] = Bytes(PageFiles.Open(name));
        }

        files["index.html"] = Replaced(files["index.html"], Head, SiteHead.ReplaceLineEndings("\n"));
        foreach (int size in new[] { 192, 512 })
        {
            files[$"icon-{size}.png"] = Icon(size);
        }

        foreach (string path in Directory.EnumerateFiles(runtime))
        {
            files[$"{Runtime}/{Path.GetFileName(path)}"] = File.ReadAllBytes(path);
        }

        string first = AddModels(files, models);
        string[] kept = [.. files.Keys.Where(
            name => name != "sw.js" && !IsForGpu(name) && (!name.EndsWith(".onnx", StringComparison.Ordinal) || name == first))];
        files["sw.js"] = Worker(files, kept);
        foreach ((string name, byte[] content) in files)
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            IO.AtomicFile.Write(path, to => to.Write(content));
        }

        long bytes = files.Values.Sum(content => (long)content.Length);
        return new(files.Count, bytes, kept.Append("sw.js").Sum(name => Compressed(files[name])));
    }

    /// <summary>Whether a file is fetched only by those who want WebGPU.</summary>
    private static bool IsForGpu(string name) => name.Contains("webgpu", StringComparison.Ordinal)
        || name.Contains("asyncify", StringComparison.Ordinal);

    /// <summary>Exports the models with half-precision weights and lists them; returns the file of the first one.</summary>
    private static string AddModels(SortedDictionary<string, byte[]> files, IReadOnlyList<string> paths)
    {
        var list = new List<object>();
        foreach (string path in paths.OrderBy(path => Path.GetFileNameWithoutExtension(path) != Default))
        {
            using RestorationModel model = RestorationModel.Load(path);
            byte[] content = OnnxExport.ToBytes(model, new() { StoredAs = torch.ScalarType.Float16 });
            // The content's hash in the name: a model that changes is another file, also for caches.
            string file = $"{model.Name}-{Convert.ToHexStringLower(SHA256.HashData(content))[..8]}.onnx";
            files[$"{Models}/{file}"] = content;
            using OnnxNetwork network = OnnxNetwork.Of(content, model.Name);
            Inference.UpscaleNetwork seen = network.ToUpscaler();
            list.Add(new
            {
                model.Name, model.Task, model.Scale, File = file,
                Scales = model.Scale == 1 ? [1] : new[] { model.Scale, model.Scale * model.Scale },
                Radius = seen.ReceptiveRadius - model.ReceptiveRadius + model.SeenRadius, Multiple = seen.SizeMultiple,
            });
        }

        files[$"{Models}/models.json"] = JsonSerializer.SerializeToUtf8Bytes(list, ApiJson.Options);
        return files.Keys.First(name => name.StartsWith($"{Models}/{Path.GetFileNameWithoutExtension(
            paths.OrderBy(path => Path.GetFileNameWithoutExtension(path) != Default).First())}-", StringComparison.Ordinal));
    }

    private static byte[] Worker(SortedDictionary<string, byte[]> files, string[] kept)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, byte[] content) in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(content);
        }

        string[] addresses = ["./", .. kept.Where(name => name != "index.html")];
        return Replaced(
            Replaced(files["sw.js"], "{version}", "superres-" + Convert.ToHexStringLower(hash.GetHashAndReset())[..12]),
            "{files}", JsonSerializer.Serialize(addresses));
    }

    private static byte[] Replaced(byte[] text, string what, string with) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace(what, with, StringComparison.Ordinal));

    private static byte[] Bytes(Stream from)
    {
        using (from)
        {
            using var memory = new MemoryStream();
            from.CopyTo(memory);
            return memory.ToArray();
        }
    }

    private static long Compressed(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return memory.Length;
    }

    /// <summary>The icon: half of it in pixels, half of it round. Its margin lets systems cut it to their shape.</summary>
    private static byte[] Icon(int size)
    {
        using var bitmap = new SKBitmap(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (var canvas = new SKCanvas(bitmap))
        {
            using var pixels = new SKPaint { Color = new SKColor(0xF2, 0xC1, 0x4E) };
            using var round = new SKPaint { Color = SKColors.White, IsAntialias = true };
            canvas.Clear(new SKColor(0x14, 0x50, 0x6E));
            canvas.Scale(size / 64f);
            canvas.DrawRect(new SKRect(18, 25, 25, 39), pixels);
            canvas.DrawRect(new SKRect(25, 18, 32, 46), pixels);
            canvas.ClipRect(new SKRect(32, 0, 64, 64));
            canvas.DrawCircle(32, 32, 14, round);
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
