using System.Globalization;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Tests.Cli;
using SuperRes.Lab.Tests.Inference;
using SuperRes.Lab.Web;

namespace SuperRes.Lab.Tests.Web;

/// <summary>The pictures of the page without a server are those of the command line, for every model that it offers.</summary>
public sealed class SitePicturesTests
{
    // Arithmetic alone: the command line computes in float32, too. A fill begins where a model changes a pixel by more than 32 levels; one
    // that it changes by just as much may be filled in one engine and not in the other.
    private const int MostLevels = 2;

    private static readonly string[] _webGpu =
        ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"];

    public static TheoryData<string, int, int, int> Cases => new()
    {
        { "lite-x2", 2, 521, 410 }, // several tiles on a phone
        { "lite-x2", 4, 61, 45 }, // two passes
        { "photo-x2", 2, 121, 83 },
        { "photo-x4", 4, 61, 45 },
        { "lite-restore", 1, 181, 123 },
        { "lite-color", 1, 181, 123 },
        { "retouch", 1, 181, 123 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Site_ShippedModel_GivesTheCommandLinesPicture(string model, int scale, int width, int height)
    {
        Assert.SkipUnless(Site.IsBuiltWithRuntime, "ONNX Runtime for browsers could not be fetched from npm when this was built.");
        using var folder = new TempFolder();
        RgbImage expected = CommandLine(model, scale, width, height, folder);
        Site.Write(folder["site"], [Path.Combine(LabFolders.Models, model + ".safetensors")]);
        await using StaticHost host = await StaticHost.StartAsync(folder["site"]);
        await using WebBrowser browser = await WebBrowser.OpenAsync(
            host.Address, new() { IsMobile = true, UserAgent = "Android", ViewportSize = new() { Width = 360, Height = 740 } });
        RgbImage seen = await browser.ResultAsync(folder["photo.png"], model, scale > 1 ? scale : null);
        Assert.Equal((expected.Width, expected.Height), (seen.Width, seen.Height));
        int most = TestNetworks.MostDifference(expected, seen);
        Assert.True(most <= MostLevels, $"{model} ×{scale}: {most} of 255");
        RgbImage photo = ImageCodec.Read(folder["photo.png"]);
        Assert.True(scale > 1 || TestNetworks.MostDifference(photo, expected) > 8, "the model changed nothing");
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task Site_WithWebGpu_GivesTheSamePicture()
    {
        Assert.SkipUnless(Site.IsBuiltWithRuntime, "ONNX Runtime for browsers could not be fetched from npm when this was built.");
        using var folder = new TempFolder();
        RgbImage expected = CommandLine("lite-x2", 2, 31, 21, folder);
        Site.Write(folder["site"], [Path.Combine(LabFolders.Models, "lite-x2.safetensors")]);
        await using StaticHost host = await StaticHost.StartAsync(folder["site"]);
        await using WebBrowser browser = await WebBrowser.OpenAsync(host.Address, new(), _webGpu);
        Assert.SkipUnless(
            await browser.Page.EvaluateAsync<bool>("async () => Boolean(await navigator.gpu?.requestAdapter())"),
            "This Chromium has no WebGPU, not even SwiftShader's.");
        await browser.Page.Locator("#gpu").CheckAsync();
        RgbImage seen = await browser.ResultAsync(folder["photo.png"]);
        Assert.Contains("on the graphics card", await browser.Entry("photo.png").InnerTextAsync(), StringComparison.Ordinal);
        Assert.InRange(TestNetworks.MostDifference(expected, seen), 0, MostLevels);
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task Site_WebGpuThatFails_IsComputedByTheProcessor()
    {
        Assert.SkipUnless(Site.IsBuiltWithRuntime, "ONNX Runtime for browsers could not be fetched from npm when this was built.");
        using var folder = new TempFolder();
        RgbImage expected = CommandLine("lite-x2", 2, 31, 21, folder);
        Site.Write(folder["site"], [Path.Combine(LabFolders.Models, "lite-x2.safetensors")]);
        File.WriteAllText(folder["site/runtime/ort.webgpu.min.mjs"], "throw new Error('no such card');");
        await using StaticHost host = await StaticHost.StartAsync(folder["site"]);
        await using WebBrowser browser = await WebBrowser.OpenAsync(host.Address, new(), _webGpu);
        await browser.Page.EvaluateAsync("() => { document.getElementById('gpu-part').hidden = false; }");
        await browser.Page.Locator("#gpu").CheckAsync();
        RgbImage seen = await browser.ResultAsync(folder["photo.png"]);
        Assert.Contains("on the processor, as", await browser.Entry("photo.png").InnerTextAsync(), StringComparison.Ordinal);
        Assert.InRange(TestNetworks.MostDifference(expected, seen), 0, MostLevels);
    }

    /// <summary>The command line's picture of a damaged part of a photo, which is written to photo.png.</summary>
    private static RgbImage CommandLine(string model, int scale, int width, int height, TempFolder folder)
    {
        RgbImage whole = ImageCodec.Read(Path.Combine(LabFolders.Root, "data", "samples", "astronaut.png"));
        RgbImage photo = Resampler.Resize(whole, width, height, ResampleFilter.Bicubic);
        for (int i = 0; i < photo.Pixels.Length; i += 3)
        {
            int x = i / 3 % width, y = i / 3 / width;
            Span<byte> pixel = photo.Pixels.AsSpan(i, 3);
            if (y > height * 3 / 4 && x < width / 4)
            {
                pixel.Fill(180); // flat
            }
            else if (scale == 1 && (x == width / 3 || y == (height / 3) + (x / 9)))
            {
                pixel.Fill(255); // scratches
            }

            if (model == "lite-color")
            {
                pixel.Fill(pixel[1]);
            }
        }

        ImageCodec.Write(photo, folder["photo.png"]);
        string[] size = scale == 1 ? [] : ["--scale", scale.ToString(CultureInfo.InvariantCulture)];
        string engine = model == "retouch" ? "onnx" : "torch"; // an exported graph looks at a picture at one scale alone
        CliResult run = CliHarness.Run(
            [scale == 1 ? "restore" : "upscale", folder["photo.png"], "--out", folder["cli.png"], "--model",
                Path.Combine(LabFolders.Models, model + ".safetensors"), "--engine", engine, "--dtype", "float32", .. size]);
        Assert.True(run.Code == 0, run.Error);
        return ImageCodec.Read(folder["cli.png"]);
    }
}
