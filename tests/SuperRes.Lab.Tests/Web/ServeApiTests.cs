using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Web;

namespace SuperRes.Lab.Tests.Web;

/// <summary>The web app's API as a script sees it, and what it refuses.</summary>
public sealed class ServeApiTests
{
    [Fact]
    public async Task Upload_Picture_GivesTheResultUnderItsName()
    {
        await using WebHarness web = await WebHarness.StartAsync();
        (HttpStatusCode code, JsonNode? job) = await web.UploadAsync(WebHarness.Picture(30, 20), "Über photo.png");
        Assert.Equal(HttpStatusCode.Accepted, code);
        string id = (string)job!["id"]!;
        JsonNode status = await web.EndedAsync(id);
        Assert.Equal("done", (string)status["state"]!);
        Assert.Equal((60, 40), ((int)status["width"]!, (int)status["height"]!));
        using HttpResponseMessage result = await web.Client.GetAsync(new Uri($"api/jobs/{id}/result", UriKind.Relative));
        Assert.Equal("Über photo-x2.png", result.Content.Headers.ContentDisposition!.FileNameStar);
        RgbImage picture = ImageCodec.Decode(await result.Content.ReadAsByteArrayAsync(), "result");
        Assert.Equal((60, 40), (picture.Width, picture.Height));
        RgbImage map = ImageCodec.Decode(await web.Client.GetByteArrayAsync(new Uri($"api/jobs/{id}/changes", UriKind.Relative)), "map");
        Assert.Equal((60, 40), (map.Width, map.Height));
    }

    [Fact]
    public async Task Upload_AndWait_AnswersWithThePicture()
    {
        await using WebHarness web = await WebHarness.StartAsync();
        using var body = new ByteArrayContent(WebHarness.Picture(12, 10));
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using HttpResponseMessage response = await web.Client.PostAsync(
            new Uri("api/upscale?wait=true&name=a.png&scale=4", UriKind.Relative), body);
        RgbImage picture = ImageCodec.Decode(await response.Content.ReadAsByteArrayAsync(), "result");
        Assert.Equal((48, 40), (picture.Width, picture.Height));
        (_, JsonNode? restored) = await web.UploadAsync(WebHarness.Picture(12, 10), path: "api/restore");
        Assert.Equal("photo-restored.png", (string)restored!["resultName"]!);
    }

    [Theory]
    [InlineData("hello, I am a text", "text.jpg", "text.jpg")]
    [InlineData("", "empty.png", "empty.png")]
    public async Task Upload_NoPicture_IsRefusedByName(string content, string name, string expected)
    {
        await using WebHarness web = await WebHarness.StartAsync();
        (HttpStatusCode code, JsonNode? problem) = await web.UploadAsync(Encoding.UTF8.GetBytes(content), name);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains(expected, (string)problem!["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(web.Pictures, (string)problem!["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_TooManyPixels_IsRefusedBeforeDecoding()
    {
        await using WebHarness web = await WebHarness.StartAsync(options => options with { MostBytes = 1 << 20 });
        byte[] png = WebHarness.Picture(4, 4);
        foreach (int at in new[] { 16, 20 })
        {
            png[at + 2] = 30_000 >> 8;
            png[at + 3] = 30_000 & 255;
        }

        BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(
            System.IO.Hashing.Crc32.HashToUInt32(png.AsSpan(12, 17)))).CopyTo(png, 29);
        (HttpStatusCode code, JsonNode? problem) = await web.UploadAsync(png);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains("30,000×30,000", (string)problem!["detail"]!, StringComparison.Ordinal);
        (code, _) = await web.UploadAsync(new byte[(1 << 20) + 1]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        (code, problem) = await web.UploadAsync(WebHarness.Picture(4, 4), fields: ("scale", "3"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Contains("2 or 4", (string)problem!["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_DamagedPicture_FailsAndTheNextOneIsDone()
    {
        await using WebHarness web = await WebHarness.StartAsync();
        byte[] cut = WebHarness.Picture(40, 40)[..^200];
        (_, JsonNode? bad) = await web.UploadAsync(cut, "cut.png");
        (_, JsonNode? good) = await web.UploadAsync(WebHarness.Picture(8, 8));
        JsonNode failed = await web.EndedAsync((string)bad!["id"]!);
        Assert.Equal("failed", (string)failed["state"]!);
        Assert.Contains("cut.png", (string)failed["message"]!, StringComparison.Ordinal);
        Assert.Equal("done", (string)(await web.EndedAsync((string)good!["id"]!))["state"]!);
    }

    [Theory]
    [InlineData("../../etc/passwd.png", "passwd.png")]
    [InlineData("C:\\photos\\me.png", "me.png")]
    [InlineData("a\"b;c.png", "abc.png")]
    public void FileName_WithAPath_KeepsItsLastPart(string given, string expected) =>
        Assert.Equal(expected, SuperRes.Lab.Web.Api.FileNames.Safe(given));

    [Theory]
    [InlineData("Host", "evil.example", 421)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    public async Task Request_FromElsewhere_IsRefused(string header, string value, int expected)
    {
        await using WebHarness web = await WebHarness.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/models");
        request.Headers.TryAddWithoutValidation(header, value);
        using HttpResponseMessage response = await web.Client.SendAsync(request);
        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithoutTheToken_IsRefused()
    {
        const string Token = "a-token-of-the-tests";
        await using WebHarness web = await WebHarness.StartAsync(options => options with { Token = Token });
        Assert.Equal(HttpStatusCode.Unauthorized, (await web.Client.GetAsync(new Uri("/", UriKind.Relative))).StatusCode);
        using HttpResponseMessage page = await web.Client.GetAsync(new Uri("/?token=" + Token, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await web.Client.GetAsync(new Uri("api/models", UriKind.Relative))).StatusCode); // by the cookie
        using var script = new HttpClient { BaseAddress = web.Server.Address };
        script.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Assert.Equal(HttpStatusCode.OK, (await script.GetAsync(new Uri("api/models", UriKind.Relative))).StatusCode);
        InputException fault = await Assert.ThrowsAsync<InputException>(
            () => LabServer.StartAsync(new WebOptions { Address = IPAddress.Any, Models = ["x"] }));
        Assert.Contains("--token", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_CutOff_LeavesNothing()
    {
        await using WebHarness web = await WebHarness.StartAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, web.Server.Address.Port);
            await using NetworkStream stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /api/upscale HTTP/1.1\r\nHost: localhost:{web.Server.Address.Port}\r\nContent-Type: image/png\r\n"
                + "Content-Length: 100000\r\n\r\nabc"));
            await Task.Delay(200);
        }

        await UntilAsync(() => !Directory.EnumerateFileSystemEntries(web.Server.Folder).Any());
        Assert.Equal(HttpStatusCode.Accepted, (await web.UploadAsync(WebHarness.Picture(8, 8))).Code);
    }

    [Fact]
    public async Task Job_OfAPageThatLeft_IsCancelled()
    {
        await using WebHarness web =
            await WebHarness.StartAsync(options => options with { LeaveAfter = TimeSpan.FromSeconds(1) }, width: 1);
        using (Stream events = await web.Client.GetStreamAsync(new Uri("api/events?session=page", UriKind.Relative)))
        {
            (_, JsonNode? job) = await web.UploadAsync(WebHarness.Picture(1800, 1800), path: "api/upscale?session=page");
            using var reader = new StreamReader(events);
            while (await reader.ReadLineAsync() is { } line && !line.Contains("running", StringComparison.Ordinal))
            {
                Assert.DoesNotContain("failed", line, StringComparison.Ordinal);
            }

            Assert.Contains((string)job!["id"]!, Directory.EnumerateDirectories(web.Server.Folder).Select(Path.GetFileName));
        }

        await UntilAsync(() => !Directory.EnumerateFileSystemEntries(web.Server.Folder).Any());
    }

    [Fact]
    public async Task Job_Cancelled_FreesTheProcessorWithinASecond()
    {
        await using WebHarness web = await WebHarness.StartAsync(width: 1);
        (_, JsonNode? large) = await web.UploadAsync(WebHarness.Picture(1200, 1200));
        string id = (string)large!["id"]!;
        while (Status() == "queued")
        {
            await Task.Delay(20);
        }

        await Task.Delay(500);
        Assert.Equal("running", Status());
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        await web.Client.DeleteAsync(new Uri($"api/jobs/{id}", UriKind.Relative));
        (_, JsonNode? small) = await web.UploadAsync(WebHarness.Picture(8, 8));
        await web.EndedAsync((string)small!["id"]!);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 3);

        string Status() => (string)JsonNode.Parse(web.Client.GetStringAsync(new Uri($"api/jobs/{id}", UriKind.Relative)).Result)!["state"]!;
    }

    [Fact]
    public async Task Results_AfterTheirTime_AreDeleted()
    {
        await using WebHarness web = await WebHarness.StartAsync(options => options with { KeepFor = TimeSpan.FromSeconds(1) });
        (_, JsonNode? job) = await web.UploadAsync(WebHarness.Picture(8, 8));
        await web.EndedAsync((string)job!["id"]!);
        await UntilAsync(() => !Directory.EnumerateFileSystemEntries(web.Server.Folder).Any());
    }

    [Fact]
    public async Task OpenApi_NamesEveryAddress()
    {
        await using WebHarness web = await WebHarness.StartAsync();
        JsonNode document = JsonNode.Parse(await web.Client.GetStringAsync(new Uri("api/openapi.json", UriKind.Relative)))!;
        Assert.Equal(
            ["/api/events", "/api/jobs/{id}", "/api/jobs/{id}/changes", "/api/jobs/{id}/result", "/api/models", "/api/restore",
                "/api/upscale"],
            document["paths"]!.AsObject().Select(path => path.Key).Order(StringComparer.Ordinal));
    }

    internal static async Task UntilAsync(Func<bool> holds)
    {
        for (int i = 0; i < 500 && !holds(); i++)
        {
            await Task.Delay(20);
        }

        Assert.True(holds());
    }
}
