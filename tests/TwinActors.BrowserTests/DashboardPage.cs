using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;
using TwinActors.Testing;

namespace TwinActors.BrowserTests;

/// <summary>An open page of the dashboard, and what the browser complained of.</summary>
internal sealed class DashboardPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = [];

    public DashboardPage(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            // What the browser says of a node that is down, or goes down in mid-answer; the page has words of its own.
            if (message.Type == "error" && !message.Text.Contains("net::ERR_", StringComparison.Ordinal)
                && !message.Text.Contains("WebSocket connection", StringComparison.Ordinal))
            {
                _complaints.Enqueue($"{message.Text} {message.Location}");
            }
        };
    }

    public IPage Page { get; }

    public ILocator Row(string robot) => Page.Locator($"tr[data-robot='{robot}']");

    /// <summary>Fails when the page's scripts threw or logged an error.</summary>
    public void AssertNoComplaints() => Assert.True(_complaints.IsEmpty, string.Join('\n', _complaints));

    /// <summary>Takes a picture of the whole page into artifacts/screenshots.</summary>
    public Task ScreenshotAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions
    {
        Path = Path.Combine(BuiltTree.Screenshots, $"{name}.png"),
        FullPage = true,
        Timeout = 120_000,
    });

    /// <summary>Fails when axe finds anything that keeps people from using the page.</summary>
    public async Task AssertAccessibleAsync()
    {
        var axe = Path.Combine(BuiltTree.Root, "src", "dashboard", "node_modules", "axe-core", "axe.min.js");
        await Page.AddScriptTagAsync(new PageAddScriptTagOptions { Path = axe });
        var violations = await Page.EvaluateAsync<JsonElement>(
            "async () => (await axe.run()).violations.map(v => `${v.id}: ${v.nodes.map(n => n.target).join(', ')}`)");

        Assert.Empty(violations.EnumerateArray().Select(violation => violation.GetString()));
    }

    /// <summary>How much wider the page's content is than its window [CSS px].</summary>
    public Task<int> OverflowAsync() =>
        Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - window.innerWidth");

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
