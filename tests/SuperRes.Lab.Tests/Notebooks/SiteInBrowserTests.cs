using Microsoft.Playwright;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Notebooks.Html;

namespace SuperRes.Lab.Tests.Notebooks;

/// <summary>
/// The site of the stored notebooks in Debian's Chromium, without network. SUPERRES_CHROMIUM names another browser, SUPERRES_SCREENSHOTS a
/// folder
/// for pictures of every page.
/// </summary>
public sealed class SiteInBrowserTests
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static string? Browser => Environment.GetEnvironmentVariable("SUPERRES_CHROMIUM") is { Length: > 0 } named ? named
        : Browsers.FirstOrDefault(File.Exists);

    [Fact]
    public async Task Site_Offline_DrawsEveryChartAndMovesEverySlider()
    {
        using var folder = new TempFolder();
        string[] pages = Write(folder);
        await using Session session = await OpenAsync(new() { Offline = true, ViewportSize = new() { Width = 1100, Height = 900 } });
        string all = string.Concat(pages.Select(page => File.ReadAllText(folder[page])));
        (int Charts, int Sliders) stored = (all.Split("class=\"srl-chart\"").Length - 1, all.Split("class=\"srl-compare\"").Length - 1);
        Assert.SkipWhen(
            stored.Charts == 0, "The notebooks hold no outputs; superres notebooks run --out notebooks stores those of a quick run.");
        int charts = 0, sliders = 0;
        foreach (string page in pages)
        {
            await session.GoAsync(folder[page]);
            charts += await DrawnChartsAsync(session.Page);
            sliders += await MovedSlidersAsync(session.Page);
            await session.ShootAsync($"wide-{page}");
        }

        Assert.Equal(stored, (charts, sliders));
        Assert.Empty(session.Failures);
    }

    [Theory]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1100, ColorScheme.Dark)]
    public async Task Site_OnAPhoneAndInTheDark_FitsAndReads(int width, ColorScheme scheme)
    {
        using var folder = new TempFolder();
        string[] pages = Write(folder);
        await using Session session =
            await OpenAsync(new() { Offline = true, ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 844 } });
        foreach (string page in pages)
        {
            await session.GoAsync(folder[page]);
            await DrawnChartsAsync(session.Page);
            await session.ShootAsync($"{width}-{scheme}-{page}".ToLowerInvariant());
            int wide = await session.Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(wide <= width, $"{page} is {wide} px wide on a screen of {width}");
            string[] cut = await session.Page.EvaluateAsync<string[]>(CutOff);
            Assert.True(cut.Length == 0, $"{page} hides a part of: {string.Join("; ", cut)}");
            double contrast = await session.Page.EvaluateAsync<double>(Contrast);
            Assert.True(contrast >= 4.5, $"the text of {page} has a contrast of {contrast:0.0}");
        }

        Assert.Empty(session.Failures);
    }

    // What must be read whole without scrolling sideways: text that cells print; where there is room for them, tables.
    private const string CutOff = """
        () => [...document.querySelectorAll(innerWidth > 1000 ? 'pre.nb-text, .srl-table' : 'pre.nb-text')]
          .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim().slice(0, 60));
        """;

    // WCAG's contrast of the page's text, and of the charts' where there are any: the smallest.
    private const string Contrast = """
        () => {
          const light = text => { const [r, g, b] = text.match(/[\d.]+/g).map(Number).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const ground = light(getComputedStyle(document.body).backgroundColor);
          const inks = [getComputedStyle(document.body).color, ...[...document.querySelectorAll('.srl-live text.xtitle, .srl-live .xtick text')].map(e => getComputedStyle(e).fill)];
          return Math.min(...inks.map(ink => { const a = light(ink); return (Math.max(a, ground) + 0.05) / (Math.min(a, ground) + 0.05); }));
        }
        """;

    private static string[] Write(TempFolder folder)
    {
        Assert.SkipWhen(
            Browser is null,
            $"There is no Chromium ({string.Join(", ", Browsers)}); install Debian's package chromium, or name a browser in "
            + $"SUPERRES_CHROMIUM.");
        string notebooks = Path.Combine(LabFolders.Root, "notebooks");
        HtmlSite.WriteSite([.. Directory.GetFiles(notebooks, "*.ipynb").Order(StringComparer.Ordinal).Select(SiteNotebook.Read)],
            folder.Path, "SuperRes.Lab");
        return [.. Directory.GetFiles(folder.Path, "*.html").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
    }

    private static async Task<int> DrawnChartsAsync(IPage page)
    {
        IReadOnlyList<ILocator> charts = await page.Locator(".srl-chart").AllAsync();
        foreach (ILocator chart in charts)
        {
            await chart.ScrollIntoViewIfNeededAsync();
            await Assertions.Expect(chart.Locator(".srl-live svg.main-svg").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await Assertions.Expect(chart.Locator(".srl-still")).ToBeHiddenAsync(new() { Timeout = 60_000 });
            Assert.True(
                await chart.Locator(".srl-live .trace").CountAsync() > 0, $"a chart without data: {await chart.TextContentAsync()}");
        }

        return charts.Count;
    }

    private static async Task<int> MovedSlidersAsync(IPage page)
    {
        IReadOnlyList<ILocator> sliders = await page.Locator(".srl-compare").AllAsync();
        foreach (ILocator slider in sliders)
        {
            await slider.ScrollIntoViewIfNeededAsync();
            LocatorBoundingBoxResult box = (await slider.Locator("input").BoundingBoxAsync())!;
            async Task<double> ShownAsync(double at)
            {
                await page.Mouse.ClickAsync((float)(box.X + (at * box.Width)), (float)(box.Y + (box.Height / 2)));
                string clip = await slider.Locator("img").Last.EvaluateAsync<string>("e => getComputedStyle(e).clipPath");
                double covered =
                    await slider.EvaluateAsync<double>("e => parseFloat(e.querySelector('div').style.getPropertyValue('--at'))");
                Assert.Contains("inset", clip, StringComparison.Ordinal);
                return covered;
            }

            double left = await ShownAsync(0.2), right = await ShownAsync(0.8);
            Assert.True(left < 30 && right > 70, $"the handle went to {left} and {right} percent");
        }

        return sliders.Count;
    }

    private static async Task<Session> OpenAsync(BrowserNewContextOptions options)
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = Browser, Args = ["--no-sandbox", "--disable-gpu"], Timeout = 120_000 });
        IBrowserContext context = await browser.NewContextAsync(options);
        return new Session(playwright, browser, await context.NewPageAsync());
    }

    private sealed class Session : IAsyncDisposable
    {
        private readonly IPlaywright _playwright;
        private readonly IBrowser _browser;

        public Session(IPlaywright playwright, IBrowser browser, IPage page)
        {
            (_playwright, _browser, Page) = (playwright, browser, page);
            page.SetDefaultTimeout(120_000);
            page.RequestFailed += (_, request) => Failures.Add($"{request.Url}: {request.Failure}");
            page.PageError += (_, error) => Failures.Add(error);
            page.Console += (_, message) =>
            {
                if (message.Type == "error")
                {
                    Failures.Add(message.Text);
                }
            };
        }

        public IPage Page { get; }

        public List<string> Failures { get; } = [];

        public async Task GoAsync(string file) => await Page.GotoAsync("file://" + file);

        public async Task ShootAsync(string name)
        {
            if (Environment.GetEnvironmentVariable("SUPERRES_SCREENSHOTS") is { Length: > 0 } folder)
            {
                await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _browser.DisposeAsync();
            _playwright.Dispose();
        }
    }
}
