using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Web;

namespace SuperRes.Lab.Tests.Web;

/// <summary>A web app with two tiny models, and what scripts do with it.</summary>
internal sealed class WebHarness : IAsyncDisposable
{
    private readonly TempFolder _folder;

    private WebHarness(TempFolder folder, LabServer server)
    {
        (_folder, Server) = (folder, server);
        Client = new HttpClient { BaseAddress = server.Address };
    }

    public LabServer Server { get; }

    public HttpClient Client { get; }

    public string Pictures => _folder["pictures"];

    public static async Task<WebHarness> StartAsync(Func<WebOptions, WebOptions>? change = null, double width = 0.125)
    {
        var folder = new TempFolder();
        string[] models = [WriteModel(folder["tiny-x2.safetensors"], 2, "super-resolution", width),
            WriteModel(folder["tiny-restore.safetensors"], 1, "restoration", width)];
        Directory.CreateDirectory(folder["pictures"]);
        var options = new WebOptions { Port = 0, Models = models, Folder = folder["pictures"] };
        return new(folder, await LabServer.StartAsync(change?.Invoke(options) ?? options));
    }

    public static byte[] Picture(int width, int height, int seed = 0)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            int x = i / 3 % width, y = i / 3 / width;
            image.Pixels[i] = (byte)(128 + (100 * Math.Sin((x * 0.3) + (y * 0.2) + (i % 3) + seed)));
        }

        return ImageCodec.EncodePng(image);
    }

    public async Task<(HttpStatusCode Code, JsonNode? Json)> UploadAsync(
        byte[] picture, string name = "photo.png", string path = "api/upscale", params (string Name, string Value)[] fields)
    {
        using MultipartFormDataContent form = Form(picture, name, fields);
        using HttpResponseMessage response = await Client.PostAsync(new Uri(path, UriKind.Relative), form);
        return (response.StatusCode, Json(await response.Content.ReadAsStringAsync()));
    }

    public static MultipartFormDataContent Form(byte[] picture, string name, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach ((string field, string value) in fields)
        {
            form.Add(new StringContent(value), field);
        }

        var file = new ByteArrayContent(picture);
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileName = $"\"{name}\"" };
        form.Add(file);
        return form;
    }

    public async Task<JsonNode> EndedAsync(string id)
    {
        for (; ; await Task.Delay(20))
        {
            JsonNode status = JsonNode.Parse(await Client.GetStringAsync(new Uri($"api/jobs/{id}", UriKind.Relative)))!;
            if ((string)status["state"]! is "done" or "failed" or "cancelled")
            {
                return status;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Pictures));
        _folder.Dispose();
    }

    private static JsonNode? Json(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string WriteModel(string path, int scale, string task, double width)
    {
        using RestorationNetwork network = RestorationNetwork.Create(new LiteUnetOptions { Width = width, Blocks = [1, 1, 1] });
        RestorationModel.Save(path, network, new ModelCard { Scale = scale, Task = task, InputFilter = ResampleFilter.Bicubic });
        return path;
    }
}
