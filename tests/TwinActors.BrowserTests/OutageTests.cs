using Microsoft.Playwright;
using TwinActors.Contracts.Robots;
using static Microsoft.Playwright.Assertions;

namespace TwinActors.BrowserTests;

/// <summary>What the page says when the robot or the node goes away.</summary>
public sealed class OutageTests(Chromium chromium)
{
    [Fact]
    public async Task An_empty_fleet_says_how_to_add_a_robot()
    {
        await using var node = await Node.StartAsync();
        await using var dashboard = await chromium.OpenAsync(node, "/");

        await Expect(dashboard.Page.GetByRole(AriaRole.Heading, new() { Name = "No robots yet" })).ToBeVisibleAsync();
        await Expect(dashboard.Page.Locator("pre")).ToContainTextAsync("./twin robots add");
        await dashboard.AssertAccessibleAsync();
    }

    [Fact]
    public async Task A_robot_that_falls_silent_is_lost_with_the_time_it_was_last_seen()
    {
        await using var node = await Node.StartAsync();
        await node.RegisterAsync(new RegisterRobotRequest("arm7", Model: "arm6", Link: "ros2"));
        await using var robot = node.Twin("sim", "run", "--model", "arm6", "--id", "arm7", "--loopback");
        await using var dashboard = await chromium.OpenAsync(node, "/robots/arm7");
        await Expect(dashboard.Page.Locator("[data-position]").First).ToContainTextAsync("rad");

        await robot.KillAsync();

        var banner = dashboard.Page.Locator(".lost-banner");
        await Expect(banner).ToContainTextAsync("LOST");
        await Expect(banner).ToContainTextAsync("last seen");
        await Expect(dashboard.Page.Locator(".readout").First).ToContainTextAsync("no data");
        await dashboard.ScreenshotAsync("lost");
        await dashboard.AssertAccessibleAsync();
        await dashboard.Page.GotoAsync("/");
        await Expect(dashboard.Row("arm7")).ToContainTextAsync("Lost");
        await Expect(dashboard.Row("arm7")).ToContainTextAsync("last seen");
        dashboard.AssertNoComplaints();
    }

    [Fact]
    public async Task The_page_says_that_the_node_is_gone_and_goes_on_when_it_is_back()
    {
        await using var node = await Node.StartAsync();
        await node.RegisterAsync(new RegisterRobotRequest("arm8", Model: "arm6", Link: "simulated"));
        await using var dashboard = await chromium.OpenAsync(node, "/robots/arm8");
        await Expect(dashboard.Page.Locator("[data-position]").First).ToContainTextAsync("rad");
        // The code of the 3D view is fetched last; a page without it would have to be loaded again.
        await Expect(dashboard.Page.Locator(".view3d canvas")).ToHaveCountAsync(1);

        await node.KillAsync();
        await Expect(dashboard.Page.Locator(".banner").First).ToContainTextAsync("does not answer");
        await Expect(dashboard.Page.Locator(".readout").First).ToContainTextAsync("no data");
        await dashboard.AssertAccessibleAsync();
        await node.ResumeAsync();

        await Expect(dashboard.Page.Locator(".banner")).ToHaveCountAsync(0);
        await Expect(dashboard.Page.Locator("[data-position]").First).ToContainTextAsync("rad");
        dashboard.AssertNoComplaints();
    }
}
