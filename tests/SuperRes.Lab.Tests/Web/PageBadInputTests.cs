using Microsoft.Playwright;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Web;

namespace SuperRes.Lab.Tests.Web;

/// <summary>What both pages say where something can't be done, and what a second tab does.</summary>
public sealed class PageBadInputTests
{
    private static readonly string Model = Path.Combine(LabFolders.Models, "lite-x2.safetensors");

    [Fact]
    public async Task Site_BrowserWithoutWasmSimd_SaysSo()
    {
        using var folder = new TempFolder();
        await using StaticHost host = await SiteAsync(folder);
        // Without these instructions V8 has no WebAssembly SIMD, as on old processors.
        await using WebBrowser browser = await WebBrowser.OpenAsync(
            host.Address, new(), "--js-flags=--no-enable-ssse3 --no-enable-sse4-1 --no-enable-avx --no-enable-sse3");
        await Assertions.Expect(browser.Page.Locator("#fault")).ToContainTextAsync("no WebAssembly SIMD");
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task Site_FilesThatAreNoPictures_AreNamedAndTheNextOneIsDone()
    {
        using var folder = new TempFolder();
        await using StaticHost host = await SiteAsync(folder);
        await using WebBrowser browser = await WebBrowser.OpenAsync(
            host.Address, new() { IsMobile = true, UserAgent = "Android", ViewportSize = new() { Width = 360, Height = 740 } });
        File.WriteAllText(folder["text.jpg"], "I am a text");
        File.WriteAllBytes(folder["photo.heic"], [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8]);
        File.WriteAllBytes(folder["cut.png"], WebHarness.Picture(90, 90)[..40]);
        File.WriteAllBytes(folder["huge.png"], WebHarness.Picture(2100, 2100));
        File.WriteAllBytes(folder["good.png"], WebHarness.Picture(20, 10));
        await browser.Page.Locator("#choose").SetInputFilesAsync(
            [folder["text.jpg"], folder["photo.heic"], folder["cut.png"], folder["huge.png"], folder["good.png"]]);
        await Assertions.Expect(browser.Entry("text.jpg", "failed")).ToContainTextAsync("use JPEG, PNG or WebP");
        await Assertions.Expect(browser.Entry("photo.heic", "failed")).ToContainTextAsync("save the picture as JPEG");
        await Assertions.Expect(browser.Entry("cut.png", "failed")).ToBeVisibleAsync();
        await Assertions.Expect(browser.Entry("huge.png", "failed")).ToContainTextAsync("computes up to 16");
        await Assertions.Expect(browser.Entry("good.png", "done")).ToBeVisibleAsync();
        await browser.ShootAsync("site-failed-360");
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task Site_SecondTab_ComputesByItself()
    {
        using var folder = new TempFolder();
        await using StaticHost host = await SiteAsync(folder);
        await using WebBrowser browser = await WebBrowser.OpenAsync(host.Address, new());
        IPage second = await browser.NewTabAsync();
        File.WriteAllBytes(folder["one.png"], WebHarness.Picture(60, 50));
        File.WriteAllBytes(folder["two.png"], WebHarness.Picture(50, 60));
        await browser.Page.Locator("#choose").SetInputFilesAsync(folder["one.png"]);
        await second.Locator("#choose").SetInputFilesAsync(folder["two.png"]);
        await Assertions.Expect(browser.Entry("one.png", "done")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Assertions.Expect(second.Locator("#queue li[data-state=done]")).ToContainTextAsync("two.png", new() { Timeout = 120_000 });
        await Assertions.Expect(browser.Page.Locator("#queue li")).ToHaveCountAsync(1);
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task Serve_SecondTabThatIsClosed_EndsItsOwnJobsAlone()
    {
        using var folder = new TempFolder();
        await using LabServer server = await LabServer.StartAsync(
            new WebOptions { Port = 0, Models = [Model], Folder = folder.Path, LeaveAfter = TimeSpan.FromSeconds(1) });
        await using WebBrowser browser = await WebBrowser.OpenAsync(server.Address, new());
        IPage second = await browser.NewTabAsync();
        File.WriteAllBytes(folder["one.png"], WebHarness.Picture(30, 20));
        File.WriteAllBytes(folder["two.png"], WebHarness.Picture(1500, 1500));
        await second.Locator("#choose").SetInputFilesAsync(folder["two.png"]);
        await Assertions.Expect(second.Locator("#queue li[data-state=running]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await browser.Page.Locator("#choose").SetInputFilesAsync(folder["one.png"]);
        await Assertions.Expect(browser.Entry("one.png", "queued")).ToContainTextAsync("1 before it");
        Assert.Equal(2, Directory.GetDirectories(server.Folder).Length);
        await second.CloseAsync();
        await Assertions.Expect(browser.Entry("one.png", "done")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await ServeApiTests.UntilAsync(() => Directory.GetDirectories(server.Folder).Length == 1);
        Assert.Empty(browser.Faults);
    }

    private static async Task<StaticHost> SiteAsync(TempFolder folder)
    {
        Assert.SkipUnless(Site.IsBuiltWithRuntime, "ONNX Runtime for browsers could not be fetched from npm when this was built.");
        Site.Write(folder["site"], [Model]);
        return await StaticHost.StartAsync(folder["site"]);
    }
}
