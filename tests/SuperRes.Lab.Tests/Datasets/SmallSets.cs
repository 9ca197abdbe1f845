using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Tests.Photos;

namespace SuperRes.Lab.Tests.Datasets;

/// <summary>Small data sets in the layouts of the real ones, and a server that has their archives.</summary>
internal static class SmallSets
{
    public static (Dataset Set, Dictionary<string, byte[]> Files) Div2k(int train = 10, int valid = 3)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["DIV2K_train_HR.zip"] = Archives.Zip([.. Enumerable.Range(1, train).Select(i => ($"DIV2K_train_HR/{i:0000}.png", Png(i)))]),
            ["DIV2K_valid_HR.zip"] =
                Archives.Zip([.. Enumerable.Range(train + 1, valid).Select(i => ($"DIV2K_valid_HR/{i:0000}.png", Png(i)))]),
        };
        return (Like("div2k", files, [train, valid]), files);
    }

    public static (Dataset Set, Dictionary<string, byte[]> Files) Flowers()
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["102flowers.tgz"] = Archives.TarGz([.. Enumerable.Range(1, 12).Select(i => ($"jpg/image_{i:00000}.jpg", Jpeg(i)))]),
            ["setid.mat"] = MatBuilder.Write(true, ("trnid", [2, 4, 6, 8]), ("valid", [1, 3]), ("tstid", [5, 7, 9, 10, 11, 12])),
            ["imagelabels.mat"] = MatBuilder.Write(true, ("labels", [1, 1, 1, 1, 2, 2, 2, 2, 77, 77, 77, 77])),
        };
        return (Like("flowers", files, [12, 0, 0]), files);
    }

    public static (Dataset Set, Dictionary<string, byte[]> Files) Pets()
    {
        string[] names =
            ["Abyssinian_1", "Abyssinian_2", "Abyssinian_10", "great_pyrenees_1", "great_pyrenees_2", "great_pyrenees_7", "pug_5"];
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["images.tar.gz"] = Archives.TarGz(
                [.. names.Select((name, i) => ($"images/{name}.jpg", Jpeg(i + 50))), ("images/pug_5.mat", Archives.Text("no image"))]),
            ["annotations.tar.gz"] = Archives.TarGz(
                ("annotations/README", Archives.Text("…")),
                ("annotations/trainval.txt",
                    Archives.Text("Abyssinian_1 1 1 1\nAbyssinian_2 1 1 1\ngreat_pyrenees_1 2 2 1\ngreat_pyrenees_2 2 2 1\n")),
                ("annotations/test.txt", Archives.Text("Abyssinian_10 1 1 1\ngreat_pyrenees_7 2 2 1\n")),
                ("annotations/trimaps/Abyssinian_1.png", Png(3))),
        };
        return (Like("pets", files, [7, 3]), files);
    }

    /// <summary>A server of such files under /any/path/.</summary>
    /// <param name="files">What it has.</param>
    /// <param name="closeAfter">After how many bytes it closes the connection, by request number and name.</param>
    public static LoopbackServer Serve(IReadOnlyDictionary<string, byte[]> files, Func<int, string, int>? closeAfter = null)
    {
        var counts = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        return new LoopbackServer(Answer);

        Task Answer(int number, IReadOnlyDictionary<string, string> request, NetworkStream stream, CancellationToken cancellation)
        {
            string name = request[":path"].Split('/')[^1];
            int count = counts.AddOrUpdate(name, 0, (_, n) => n + 1);
            return files.TryGetValue(name, out byte[]? content)
                ? LoopbackServer.ServeAsync(
                    request, stream, content, "\"1\"", ranges: true, closeAfter?.Invoke(count, name) ?? int.MaxValue, cancellation)
                : LoopbackServer.AnswerAsync(stream, "404 Not Found", "text/plain", "no such file", cancellation);
        }
    }

    /// <summary>The same set with its files on a server.</summary>
    public static Dataset At(this Dataset set, LoopbackServer server) =>
        set with { Files = [.. set.Files.Select(file => file with { Sources = [new Uri(server.Address, $"/sets/{file.Name}")] })] };

    public static byte[] Png(int number) => ImageCodec.EncodePng(TestPhotos.Make(number));

    public static byte[] Jpeg(int number) => ImageCodec.EncodeJpeg(TestPhotos.Make(number), 92);

    private static Dataset Like(string name, Dictionary<string, byte[]> files, int[] unpacked)
    {
        Dataset real = DatasetCatalog.Find(name);
        return real with
        {
            Images = name == "pets" ? unpacked[0] : unpacked.Sum(),
            Files = [.. real.Files.Select((file, i) => file with
            {
                // Nothing listens there: a test that forgets its server fails at once.
                Sources = [new Uri($"http://127.0.0.1:9/{file.Name}")],
                Size = files[file.Name].Length,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(files[file.Name])),
                UnpackedFiles = unpacked[i],
            })],
        };
    }
}
