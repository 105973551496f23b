using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TwinActors.BrowserTests;

public sealed class FleetPageTests(LiveNode live, Chromium chromium)
{
    [Fact]
    public async Task The_fleet_page_lists_robots_with_their_state_in_words()
    {
        await using var dashboard = await chromium.OpenAsync(live.Node, "/");

        await Expect(dashboard.Row(LiveNode.Arm)).ToContainTextAsync("Connected");
        await Expect(dashboard.Row(LiveNode.Arm)).ToContainTextAsync("cell-1");
        await Expect(dashboard.Row(LiveNode.Humanoid)).ToContainTextAsync("Connected");
        await Expect(dashboard.Row(LiveNode.Arm)).ToContainTextAsync("not yet");
        await dashboard.ScreenshotAsync("fleet");
        await dashboard.AssertAccessibleAsync();
        dashboard.AssertNoComplaints();
    }

    [Fact]
    public async Task The_filter_leaves_the_robots_that_match()
    {
        await using var dashboard = await chromium.OpenAsync(live.Node, "/");
        await Expect(dashboard.Row(LiveNode.Humanoid)).ToBeVisibleAsync();

        await dashboard.Page.GetByRole(AriaRole.Searchbox).FillAsync("CELL-1");

        await Expect(dashboard.Row(LiveNode.Humanoid)).Not.ToBeVisibleAsync();
        await Expect(dashboard.Row(LiveNode.Arm)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_robot_is_one_click_away_and_back_works()
    {
        await using var dashboard = await chromium.OpenAsync(live.Node, "/");

        await dashboard.Page.GetByRole(AriaRole.Link, new() { Name = LiveNode.Arm, Exact = true }).ClickAsync();
        await Expect(dashboard.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(LiveNode.Arm);
        await dashboard.Page.GoBackAsync();

        await Expect(dashboard.Row(LiveNode.Arm)).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("/", ColorScheme.Light)]
    [InlineData("/", ColorScheme.Dark)]
    [InlineData("/robots/" + LiveNode.Arm, ColorScheme.Dark)]
    public async Task A_narrow_window_needs_no_sideways_scrolling(string path, ColorScheme scheme)
    {
        await using var dashboard = await chromium.OpenAsync(live.Node, path, width: 320, scheme);
        await Expect(dashboard.Page.GetByText(LiveNode.Arm).First).ToBeVisibleAsync();

        Assert.True(await dashboard.OverflowAsync() <= 0);
        await dashboard.AssertAccessibleAsync();
    }
}
