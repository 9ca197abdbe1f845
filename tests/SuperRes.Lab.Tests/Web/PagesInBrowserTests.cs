using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Tests.Cli;
using SuperRes.Lab.Web;

namespace SuperRes.Lab.Tests.Web;

/// <summary>Both pages in Debian's Chromium: what a person does with them.</summary>
public sealed class PagesInBrowserTests
{
    private static readonly string Model = Path.Combine(LabFolders.Models, "lite-x2.safetensors");

    [Theory]
    [InlineData(1100, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Serve_DropCompareCancelDownload_EqualsTheCommandLine(int width, ColorScheme scheme)
    {
        using var folder = new TempFolder();
        Photos photos = Photos.In(folder);
        await using LabServer server = await LabServer.StartAsync(new WebOptions { Port = 0, Models = [Model], Folder = folder.Path });
        await using WebBrowser browser = await WebBrowser.OpenAsync(
            server.Address, new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 844 } });
        await browser.ShootAsync($"serve-empty-{width}");
        await browser.DropAsync(photos.Small);
        await browser.Page.Locator("#choose").SetInputFilesAsync(photos.Large);
        await Assertions.Expect(browser.Entry("small.png", "done")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Assertions.Expect(browser.Entry("large.png", "running")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await browser.Entry("large.png").GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(browser.Entry("large.png", "cancelled")).ToBeVisibleAsync();
        await AssertSliderMovesAsync(browser.Page);
        await AssertFitsAndReadsAsync(browser.Page, width);
        await browser.ShootAsync($"serve-{width}-{scheme}".ToLowerInvariant());
        await browser.Page.Locator("#changes").CheckAsync();
        await Assertions.Expect(browser.Page.Locator("#after")).ToHaveAttributeAsync("src", new Regex("changes"));
        await browser.Page.WaitForFunctionAsync("() => document.getElementById('after').complete");
        await browser.ShootAsync($"serve-changes-{width}-{scheme}".ToLowerInvariant());
        RgbImage result = ImageCodec.Decode(await browser.DownloadAsync("small.png"), "download");
        Assert.Equal("small-x2.png", browser.SavedAs);
        photos.AssertLikeTheCommandLine(result, levels: 4);
        Assert.Empty(browser.Faults);
    }

    [Fact]
    public async Task Site_OnAPhoneWithoutNetwork_EqualsTheCommandLine()
    {
        using var folder = new TempFolder();
        Photos photos = Photos.In(folder);
        Assert.SkipUnless(
            Site.IsBuiltWithRuntime, "ONNX Runtime for browsers could not be fetched from npm when this was built.");
        SiteSize size = Site.Write(folder["site"], [Model]);
        Assert.InRange(size.FirstVisit, 1, 6_000_000);
        await using StaticHost host = await StaticHost.StartAsync(folder["site"]);
        await using WebBrowser browser = await WebBrowser.OpenAsync(
            host.Address, new() { HasTouch = true, IsMobile = true, ViewportSize = new() { Width = 390, Height = 844 } });
        await browser.Page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => true)");
        Assert.Empty(browser.Faults);
        await host.DisposeAsync();
        await browser.Page.Context.SetOfflineAsync(true);
        await browser.Page.ReloadAsync();
        // The page before it may have been cut off while it loaded the engine, and says so.
        browser.Faults.Clear();
        await browser.Page.Locator("#choose").SetInputFilesAsync(photos.Small);
        await Assertions.Expect(browser.Entry("small.png", "done")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await AssertSliderMovesAsync(browser.Page);
        await AssertFitsAndReadsAsync(browser.Page, 390);
        await browser.ShootAsync("site-390");
        RgbImage result = ImageCodec.Decode(await browser.DownloadAsync("small.png"), "download");
        photos.AssertLikeTheCommandLine(result, levels: 2);
        await browser.Page.Locator("#choose").SetInputFilesAsync(photos.Large);
        await Assertions.Expect(browser.Entry("large.png", "running")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await browser.Entry("large.png").GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(browser.Entry("large.png", "cancelled")).ToBeVisibleAsync();
        Assert.Empty(browser.Faults);
    }

    private static async Task AssertSliderMovesAsync(IPage page)
    {
        ILocator split = page.Locator("#split"), after = page.Locator("#after");
        await split.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        string all = await after.EvaluateAsync<string>("e => e.style.clipPath");
        await page.Keyboard.PressAsync("End");
        string none = await after.EvaluateAsync<string>("e => e.style.clipPath");
        await split.FillAsync("50");
        Assert.NotEqual(all, none);
        await page.Locator("#in").ClickAsync();
        await page.Locator("#fit").ClickAsync();
    }

    private static async Task AssertFitsAndReadsAsync(IPage page, int width)
    {
        int wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(wide <= width, $"the page is {wide} px wide on a screen of {width}");
        string[] faults = await page.EvaluateAsync<string[]>(Contrast);
        Assert.Empty(faults);
        string[] unnamed = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('button, input, select')]
              .filter(e => !e.labels?.length && !e.textContent.trim() && !e.ariaLabel).map(e => e.outerHTML)
            """);
        Assert.Empty(unnamed);
    }

    // Texts whose WCAG contrast to the ground behind them is below 4.5.
    private const string Contrast = """
        () => {
          const parts = text => text.match(/[\d.]+/g).map(Number);
          const light = ([r, g, b]) => { const f = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
          const ground = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0.5) { return c; } } return [255, 255, 255]; };
          const texts = [...document.querySelectorAll('h1, h2, p, label, .button, button, select, .name, .state, output')].filter(e => e.checkVisibility() && e.textContent.trim());
          return texts.map(e => { const a = light(parts(getComputedStyle(e).color)), b = light(ground(e)); return [e.textContent.trim().slice(0, 30), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]; })
            .filter(([, ratio]) => ratio < 4.5).map(([text, ratio]) => `${text}: ${ratio.toFixed(1)}`);
        }
        """;

    /// <summary>A photo whose half is enlarged, and one that takes a while.</summary>
    private sealed record Photos(string Small, string Large, RgbImage Original, RgbImage CommandLine)
    {
        public static Photos In(TempFolder folder)
        {
            RgbImage whole = ImageCodec.Read(Path.Combine(LabFolders.Root, "data", "samples", "chelsea.png"));
            var original = new RgbImage(450, 298);
            for (int y = 0; y < original.Height; y++)
            {
                whole.Pixels.AsSpan(y * whole.Width * 3, original.Width * 3).CopyTo(original.Pixels.AsSpan(y * original.Width * 3));
            }

            ImageCodec.Write(Resampler.Resize(original, 225, 149, ResampleFilter.Bicubic), folder["small.png"]);
            ImageCodec.Write(Resampler.Resize(whole, 2000, 1500, ResampleFilter.Bicubic), folder["large.png"]);
            CliResult run = CliHarness.Run("upscale", folder["small.png"], "--out", folder["cli.png"], "--model", Model);
            Assert.True(run.Code == 0, run.Error);
            return new(folder["small.png"], folder["large.png"], original, ImageCodec.Read(folder["cli.png"]));
        }

        public void AssertLikeTheCommandLine(RgbImage result, int levels)
        {
            Assert.Equal((CommandLine.Width, CommandLine.Height), (result.Width, result.Height));
            int most = result.Pixels.Zip(CommandLine.Pixels, (a, b) => Math.Abs(a - b)).Max();
            Assert.InRange(most, 0, levels);
            Assert.Equal(Psnr.Rgb(Original, CommandLine), Psnr.Rgb(Original, result), 0.02);
        }
    }
}
