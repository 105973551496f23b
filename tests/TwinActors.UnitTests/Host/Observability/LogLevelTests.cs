using Microsoft.Extensions.Logging;
using TwinActors.Host.Composition;
using TwinActors.Host.Observability;

namespace TwinActors.UnitTests.Host.Observability;

public sealed class LogLevelTests
{
    [Theory]
    [InlineData("TwinActors.Host.Anything", LogLevel.Debug, true)]
    [InlineData("TwinActors.Host.Anything", LogLevel.Trace, false)]
    [InlineData("Microsoft.AspNetCore.Routing", LogLevel.Warning, false)]
    [InlineData("Microsoft.AspNetCore.Routing", LogLevel.Error, true)]
    public void The_default_level_holds_for_every_category_without_a_level_of_its_own(
        string category, LogLevel level, bool isWritten)
    {
        var levels = new Dictionary<string, LogLevel>
        {
            ["default"] = LogLevel.Debug,
            ["Microsoft.AspNetCore"] = LogLevel.Error,
        };
        using var log = new RecentLog(TimeProvider.System);
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(log).Filter(levels));

        Assert.Equal(isWritten, factory.CreateLogger(category).IsEnabled(level));
    }
}
