using Microsoft.Playwright;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Web;

/// <summary>Debian's Chromium at one site; whatever goes wrong, or elsewhere, is written down. SUPERRES_CHROMIUM names another browser,
/// SUPERRES_SCREENSHOTS a folder for pictures of the pages.</summary>
internal sealed class WebBrowser : IAsyncDisposable
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private WebBrowser(IPlaywright playwright, IBrowser browser, IPage page, Uri site)
    {
        (_playwright, _browser, Page) = (playwright, browser, page);
        page.SetDefaultTimeout(120_000);
        Assertions.SetDefaultExpectTimeout(120_000); // what is expected comes late on a busy machine
        page.PageError += (_, error) => Faults.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Faults.Add(message.Text);
            }
        };
        page.Context.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(site.AbsoluteUri, StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:" + site.AbsoluteUri, StringComparison.Ordinal))
            {
                Faults.Add($"asked {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    public List<string> Faults { get; } = [];

    public static async Task<WebBrowser> OpenAsync(Uri site, BrowserNewContextOptions options, params string[] more)
    {
        string? browser = Environment.GetEnvironmentVariable("SUPERRES_CHROMIUM") is { Length: > 0 } named ? named
            : Browsers.FirstOrDefault(File.Exists);
        Assert.SkipWhen(
            browser is null,
            $"There is no Chromium ({string.Join(", ", Browsers)}); install Debian's package chromium, or name a browser in "
            + $"SUPERRES_CHROMIUM.");
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser chromium = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = browser, Args = ["--no-sandbox", .. more.Length == 0 ? ["--disable-gpu"] : more], Timeout = 120_000 });
        IBrowserContext context = await chromium.NewContextAsync(options);
        var opened = new WebBrowser(playwright, chromium, await context.NewPageAsync(), site);
        await opened.Page.GotoAsync(site.AbsoluteUri);
        return opened;
    }

    /// <summary>Drops a file on the page.</summary>
    public async Task DropAsync(string path)
    {
        IJSHandle transfer = await Page.EvaluateHandleAsync(
            """
            ([name, content]) => {
              const transfer = new DataTransfer(), bytes = Uint8Array.from(atob(content), c => c.charCodeAt(0));
              transfer.items.add(new File([bytes], name, { type: 'image/png' }));
              return transfer;
            }
            """,
            new[] { Path.GetFileName(path), Convert.ToBase64String(await File.ReadAllBytesAsync(path)) });
        await Page.DispatchEventAsync("#drop", "drop", new { dataTransfer = transfer });
    }

    /// <summary>Another tab of the same browser.</summary>
    public async Task<IPage> NewTabAsync()
    {
        IPage tab = await Page.Context.NewPageAsync();
        tab.PageError += (_, error) => Faults.Add(error);
        await tab.GotoAsync(Page.Url);
        return tab;
    }

    /// <summary>Puts a picture through a model and gives the downloaded result.</summary>
    public async Task<RgbImage> ResultAsync(string picture, string? model = null, int? scale = null)
    {
        if (model is not null)
        {
            await Page.Locator("#model").SelectOptionAsync(model);
        }

        if (scale is not null)
        {
            await Page.Locator("#scale").SelectOptionAsync(scale.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        await Page.Locator("#choose").SetInputFilesAsync(picture);
        string name = Path.GetFileName(picture);
        await Assertions.Expect(Entry(name, "done")).ToBeVisibleAsync(new() { Timeout = 240_000 });
        return ImageCodec.Decode(await DownloadAsync(name), "download");
    }

    /// <summary>The entry of a picture in the queue, in a state.</summary>
    public ILocator Entry(string name, string? state = null) =>
        Page.Locator($"#queue li{(state is null ? "" : $"[data-state={state}]")}", new() { HasText = name });

    public async Task<byte[]> DownloadAsync(string name)
    {
        IDownload download = await Page.RunAndWaitForDownloadAsync(
            () => Entry(name).GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        using var memory = new MemoryStream();
        await using Stream from = await download.CreateReadStreamAsync();
        await from.CopyToAsync(memory);
        SavedAs = download.SuggestedFilename;
        return memory.ToArray();
    }

    /// <summary>The name of the last download.</summary>
    public string? SavedAs { get; private set; }

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
