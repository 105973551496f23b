using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace TwinActors.BrowserTests;

public sealed class RobotPageTests(LiveNode live, Chromium chromium)
{
    [Fact]
    public async Task Joint_values_change_as_the_robot_moves()
    {
        await using var dashboard = await chromium.OpenAsync(live.Node, $"/robots/{LiveNode.Humanoid}");
        var positions = dashboard.Page.Locator("[data-position]");
        await Expect(positions.First).ToContainTextAsync("rad");
        var before = string.Join(' ', await positions.AllTextContentsAsync());

        await Expect(positions.First).ToBeVisibleAsync();
        await dashboard.Page.WaitForFunctionAsync(
            "before => [...document.querySelectorAll('[data-position]')].map(e => e.textContent).join(' ') !== before",
            before);

        await Expect(dashboard.Page.Locator("canvas.strip-plot").First).ToBeVisibleAsync();
        await Expect(dashboard.Page.Locator(".view3d canvas")).ToBeVisibleAsync();
        await dashboard.ScreenshotAsync("robot");
        await dashboard.AssertAccessibleAsync();
        dashboard.AssertNoComplaints();
    }

    [Fact]
    public async Task The_virtual_robot_has_its_word_its_errors_and_its_mode()
    {
        await using var dashboard = await chromium.OpenAsync(live.Node, $"/robots/{LiveNode.Arm}");
        var panel = dashboard.Page.Locator(".panel.sync");

        await Expect(panel.Locator("[data-joint]")).ToHaveCountAsync(6);
        await Expect(panel).ToContainTextAsync("of 100 Hz");
        await Expect(panel.Locator("[data-sync]")).Not.ToContainTextAsync("Unknown");
        await panel.GetByRole(AriaRole.Button, new() { Name = "advise" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = "advise" })).ToHaveAttributeAsync(
            "aria-pressed", "true");
        await Expect(panel.Locator("[data-joint]").First).ToContainTextAsync("→");

        dashboard.AssertNoComplaints();
    }

    [Fact]
    public async Task The_strip_chart_draws_what_arrives()
    {
        await using var dashboard = await chromium.OpenAsync(live.Node, $"/robots/{LiveNode.Arm}");
        await Expect(dashboard.Page.Locator("[data-position]").First).ToContainTextAsync("rad");

        // The newest part of a picture is at its right edge: more than one colour there is a line on the background.
        await dashboard.Page.WaitForFunctionAsync(
            """
            () => {
              const canvas = document.querySelector('canvas.strip-plot');
              if (!canvas?.width) return false;
              const width = Math.ceil(canvas.width / 4);
              const pixels = canvas.getContext('2d').getImageData(canvas.width - width, 0, width, canvas.height).data;
              let darkest = 255;
              for (let at = 0; at < pixels.length; at += 4) darkest = Math.min(darkest, pixels[at]);
              return darkest < 120;
            }
            """);
        dashboard.AssertNoComplaints();
    }

    [Fact]
    public async Task Every_chart_has_its_numbers_in_a_table()
    {
        await using var dashboard = await chromium.OpenAsync(live.Node, $"/robots/{LiveNode.Arm}");

        await dashboard.Page.GetByRole(AriaRole.Tab, new() { Name = "Table" }).ClickAsync();

        var rows = dashboard.Page.Locator(".joint-table tbody tr");
        await Expect(rows).ToHaveCountAsync(6);
        await Expect(rows.First).ToContainTextAsync("measured");
        await Expect(rows.First).ToContainTextAsync("rad/s");
        await dashboard.AssertAccessibleAsync();
    }

    [Fact]
    public async Task The_overlay_makes_one_joint_stand_out()
    {
        await using var dashboard = await chromium.OpenAsync(live.Node, $"/robots/{LiveNode.Arm}");
        await dashboard.Page.GetByRole(AriaRole.Tab, new() { Name = "Overlay" }).ClickAsync();
        var joint = dashboard.Page.Locator(".legend button").First;

        await joint.ClickAsync();

        await Expect(joint).ToHaveAttributeAsync("aria-pressed", "true");
        await dashboard.ScreenshotAsync("overlay");
        await dashboard.AssertAccessibleAsync();
        dashboard.AssertNoComplaints();
    }

    [Fact]
    public async Task Sensors_and_events_are_listed_in_words()
    {
        await using var dashboard = await chromium.OpenAsync(live.Node, $"/robots/{LiveNode.Humanoid}");

        await Expect(dashboard.Page.Locator(".sensors")).ToContainTextAsync("m/s²");
        await Expect(dashboard.Page.Locator(".events li").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_robot_that_is_not_registered_is_said_to_be_so()
    {
        await using var dashboard = await chromium.OpenAsync(live.Node, "/robots/nobody");

        await Expect(dashboard.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("nobody is not registered");
    }
}
