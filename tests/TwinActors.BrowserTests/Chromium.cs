using Microsoft.Playwright;

namespace TwinActors.BrowserTests;

/// <summary>The system's headless Chromium, one for the whole run; every page has a profile of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    // Test machines are slow and shared, and patience costs nothing when all is well.
    private const float PatienceMilliseconds = 60_000;

    // Without --disable-gpu-compositing the whole page is drawn by the software WebGL: 13 frames a second, not 60.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu-compositing", "--use-gl=angle", "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Program), $"{Program} is missing: apt-get install chromium");
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Args = Flags,
            Timeout = 2 * PatienceMilliseconds,
        });
    }

    /// <summary>Opens a page of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">Address on it.</param>
    /// <param name="width">Width of the window [CSS px].</param>
    /// <param name="scheme">Light or dark theme.</param>
    internal async Task<DashboardPage> OpenAsync(
        Node node, string path, int width = 1440, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = node.Address.ToString(),
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        context.SetDefaultTimeout(PatienceMilliseconds);
        var page = new DashboardPage(await context.NewPageAsync());
        await page.Page.GotoAsync(path);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
