using TwinActors.Cli;

namespace TwinActors.UnitTests.Cli;

public sealed class SensorsCommandTests
{
    [Fact]
    public async Task Every_sensor_is_listed_with_age_and_quality()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots/arm1/sensors", Documents.Sensors);

        var run = await CommandLine.RunAsync("sensors", "arm1", "--url", node.Url);

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("imu          /arm1/imu/data     sensor_msgs/msg/Imu", run.Output, StringComparison.Ordinal);
        Assert.Contains("4 ms  measured", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_sensor_is_shown_field_by_field_with_the_elements_of_its_arrays()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots/arm1/sensors", Documents.Sensors);

        var run = await CommandLine.RunAsync("sensors", "arm1", "diagnostics", "--url", node.Url);

        Assert.Equal(
            [
                "FIELD VALUE", "header.frame_id base", "levels 0 2 -", "status[0].name knee",
                "status[0].values[0].key temperature", "status[0].values[0].value 81.5", "status[1].name hip",
            ],
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(7)
                .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public async Task A_sensor_that_the_robot_lacks_is_refused_with_those_that_it_has()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots/arm1/sensors", Documents.Sensors);

        var run = await CommandLine.RunAsync("sensors", "arm1", "sonar", "--url", node.Url);

        Assert.Equal(ExitCode.NotFound, run.ExitCode);
        Assert.Contains("it has imu, diagnostics", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mapped_signals_are_shown_with_unit_and_origin()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots/arm1/signals", """
            [{"signal": "joint/knee/temperature", "value": 81.5, "unit": "°C", "topic": "/arm1/motors",
              "field": "motors[name=*].temperature", "stamp": null, "ageMs": 4, "quality": "measured", "problem": null},
             {"signal": "component/bus/voltage", "value": null, "unit": null, "topic": "/arm1/bus", "field": "volt",
              "stamp": null, "ageMs": null, "quality": "missing", "problem": "m/msg/Bus has no field volt"}]
            """);

        var run = await CommandLine.RunAsync("signals", "arm1", "--url", node.Url);

        Assert.Contains("joint/knee/temperature   81.5  °C", run.Output, StringComparison.Ordinal);
        Assert.Contains("m/msg/Bus has no field volt", run.Output, StringComparison.Ordinal);
    }
}
