using System.Runtime.CompilerServices;
using TwinActors.Contracts;
using TwinActors.Contracts.Node;
using TwinActors.Host.Observability;

namespace TwinActors.Host.Api;

/// <summary>The node's log, over HTTP.</summary>
internal static class LogRoutes
{
    private const int DefaultLimit = 100;
    private static readonly string Levels = string.Join(", ", Enum.GetNames<LogLevel>()).ToLowerInvariant();

    public static void MapLog(this IEndpointRouteBuilder api)
    {
        var log = api.MapGroup("/log").WithTags("log");
        log.MapGet("/", Peek).WithName("GetLog").WithSummary("The last remembered lines of the log, oldest first")
            .Produces<IReadOnlyList<LogLineDocument>>().ProducesProblem(422);
        log.MapGet("/stream", Tail).WithName("FollowLog")
            .WithSummary("Lines of the log, live, one JSON document a line")
            .Produces<LogLineDocument>(contentType: JsonLines.ContentType).ProducesProblem(422);
    }

    private static IResult Peek(RecentLog log, string? level, string? path, int? limit)
    {
        if (limit is < 1 or > RecentLog.Capacity)
        {
            return Refusals.Invalid($"\"limit\" is {limit}; it lies between 1 and {RecentLog.Capacity}.");
        }

        return WithFilter(level, path, filter => TypedResults.Ok<IReadOnlyList<LogLineDocument>>(
            [.. log.Last(filter, limit ?? DefaultLimit).Select(line => Document(line, missed: 0))]));
    }

    private static IResult Tail(RecentLog log, string? level, string? path) => WithFilter(
        level, path, filter => new JsonLines<LogLineDocument>(
            stopping => Documents(log, filter, stopping), ContractsJson.Default.LogLineDocument));

    private static async IAsyncEnumerable<LogLineDocument> Documents(
        RecentLog log, LogFilter filter, [EnumeratorCancellation] CancellationToken stopping)
    {
        await foreach (var (line, missed) in log.FollowAsync(filter, stopping))
        {
            yield return Document(line, missed);
        }
    }

    private static IResult WithFilter(string? level, string? path, Func<LogFilter, IResult> next)
    {
        var least = LogLevel.Trace;
        return level is null || (Enum.TryParse(level, ignoreCase: true, out least) && Enum.IsDefined(least))
            ? next(new LogFilter(least, path))
            : Refusals.Invalid($"\"level\" is {level}; it is one of {Levels}.");
    }

    private static LogLineDocument Document(LogLine line, long missed) => new(
        RobotDocuments.Time(line.At)!,
        line.Level.ToString().ToLowerInvariant(),
        line.Category,
        line.Path,
        line.Message,
        line.Exception,
        missed);
}
