using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using SkiaSharp;
using SuperRes.Lab.Web;

namespace SuperRes.Lab.Tests.Web;

/// <summary>What the web app says of pictures, models and disks that it can't use.</summary>
public sealed class ServeBadInputTests
{
    [Fact]
    public async Task Upload_Heic_SaysWhatToDo()
    {
        await using WebHarness web = await WebHarness.StartAsync();
        (HttpStatusCode code, JsonNode? problem) = await web.UploadAsync(
            [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8, .. new byte[64]], "IMG_1.HEIC");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        string detail = (string)problem!["detail"]!;
        Assert.Contains("IMG_1.HEIC", detail, StringComparison.Ordinal);
        Assert.Contains("save it as JPEG", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_Animation_TakesTheFirstPictureAndSaysSo()
    {
        await using WebHarness web = await WebHarness.StartAsync();
        (_, JsonNode? job) = await web.UploadAsync(TwoFrames(), "moving.gif");
        JsonNode status = await web.EndedAsync((string)job!["id"]!);
        Assert.Equal("done", (string)status["state"]!);
        Assert.Contains("2 pictures", (string)status["message"]!, StringComparison.Ordinal);
        Assert.Equal("moving-x2.png", (string)status["resultName"]!);
    }

    [Fact]
    public async Task Form_CutShort_IsRefusedAndLeavesNothing()
    {
        await using WebHarness web = await WebHarness.StartAsync();
        using MultipartFormDataContent form = WebHarness.Form(WebHarness.Picture(30, 30), "photo.png");
        byte[] whole = await form.ReadAsByteArrayAsync();
        using var cut = new ByteArrayContent(whole[..(whole.Length / 2)]);
        cut.Headers.ContentType = form.Headers.ContentType;
        using HttpResponseMessage response = await web.Client.PostAsync(new Uri("api/upscale", UriKind.Relative), cut);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(web.Server.Folder));
    }

    [Fact]
    public async Task Start_WithAFileThatIsNoModel_IsRefused()
    {
        using var folder = new TempFolder();
        string text = folder.Write("model.safetensors", "no model");
        InputException fault = await Assert.ThrowsAsync<InputException>(
            () => LabServer.StartAsync(new WebOptions { Port = 0, Models = [text], Folder = folder.Path }));
        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disk_Full_IsSaidAndTheNextPictureIsDone()
    {
        using var folder = new TempFolder();
        string disk = Directory.CreateDirectory(folder["disk"]).FullName;
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Mount("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk),
            "A small disk needs Linux and the right to mount one.");
        try
        {
            await using WebHarness web = await WebHarness.StartAsync(options => options with { Folder = disk });
            (HttpStatusCode code, JsonNode? problem) = await web.UploadAsync(Noise(400, 300), "large.png");
            Assert.Equal(507, (int)code);
            Assert.Contains("disk", (string)problem!["detail"]!, StringComparison.Ordinal);
            (_, JsonNode? job) = await web.UploadAsync(Noise(200, 150), "middle.png"); // fits, and its result doesn't
            JsonNode status = await web.EndedAsync((string)job!["id"]!);
            Assert.Equal("failed", (string)status["state"]!);
            Assert.Contains("No space left", (string)status["message"]!, StringComparison.Ordinal);
            Assert.DoesNotContain(disk, (string)status["message"]!, StringComparison.Ordinal);
            await web.Client.DeleteAsync(new Uri($"api/jobs/{job!["id"]}", UriKind.Relative));
            (_, job) = await web.UploadAsync(WebHarness.Picture(12, 10));
            Assert.Equal("done", (string)(await web.EndedAsync((string)job!["id"]!))["state"]!);
        }
        finally
        {
            Mount("umount", disk);
        }
    }

    private static byte[] Noise(int width, int height)
    {
        var image = new SuperRes.Lab.Imaging.RgbImage(width, height);
        new Random(5).NextBytes(image.Pixels);
        return SuperRes.Lab.Imaging.ImageCodec.EncodePng(image);
    }

    /// <summary>A GIF of two pictures, one black, one white, of 2×2 pixels each.</summary>
    private static byte[] TwoFrames()
    {
        byte[] frame = [0x2C, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 3, 0x44, 0x34, 0x05, 0];
        byte[] pause = [0x21, 0xF9, 4, 0, 10, 0, 0, 0];
        byte[] gif = [.. "GIF89a"u8, 2, 0, 2, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, .. pause, .. frame, .. pause, .. frame, 0x3B];
        using SKBitmap? readable = SKBitmap.Decode(gif);
        Assert.NotNull(readable);
        return gif;
    }

    private static bool Mount(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
