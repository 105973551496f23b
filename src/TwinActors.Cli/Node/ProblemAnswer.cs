using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TwinActors.Cli.Node;

/// <summary>Reads the problem details (RFC 9457) of a refused request.</summary>
internal static class ProblemAnswer
{
    // More than anyone reads; a broken URDF can have thousands.
    private const int ReasonsShown = 20;

    /// <summary>Turns a refusal into the program's end.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="body">What the node sent, problem details or anything else.</param>
    /// <param name="address">Address of the node.</param>
    public static CliException ToException(HttpStatusCode status, string body, Uri address)
    {
        var problem = Parse(body);
        var title = Text(problem, "title");
        var detail = Text(problem, "detail");
        var headline = (title, detail) switch
        {
            (null, null) => $"The node at {address} answered {(int)status} {status} without saying why.",
            (_, null) => Sentence(title!),
            _ => detail!,
        };

        // A node that has one reason only says it as the detail too.
        var reasons = Reasons(problem).Where(reason => reason != headline).ToList();
        var shown = reasons.Take(ReasonsShown).Select(reason => $"\n  {reason}");
        var rest = reasons.Count > ReasonsShown ? $"\n  and {reasons.Count - ReasonsShown} more" : "";
        var exitCode = ExitFor(status, isFromNode: problem is not null);
        return new CliException(exitCode, headline + string.Concat(shown) + rest, WayOut(status, problem));
    }

    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            // Not every server in front of a node speaks problem details: the status alone then has to do.
            return null;
        }
    }

    private static int ExitFor(HttpStatusCode status, bool isFromNode) => status switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => ExitCode.NotFound,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ExitCode.Refused,

        // A server in front of the node speaks: the node itself gives its reason as problem details.
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable when !isFromNode => ExitCode.Unreachable,
        HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout => ExitCode.NotAcknowledged,
        _ => ExitCode.Failure,
    };

    private static string? WayOut(HttpStatusCode status, JsonObject? problem)
    {
        var general = status switch
        {
            HttpStatusCode.Unauthorized => "The node asks who you are.",
            HttpStatusCode.Forbidden => "Ask someone with the right role.",
            HttpStatusCode.NotImplemented => "This version of the node cannot do it.",
            _ => null,
        };
        return Text(problem, "wayOut") ?? general;
    }

    // Validation problems come as {"field": ["why", …]}, as a list of texts or of {line, column, message}.
    private static IEnumerable<string> Reasons(JsonObject? problem)
    {
        foreach (var name in (string[])["errors", "problems"])
        {
            foreach (var reason in problem?[name] switch
            {
                JsonObject fields => fields.SelectMany(
                    field => Lines(field.Value).Select(line => $"{field.Key}: {line}")),
                { } list => Lines(list),
                null => [],
            })
            {
                yield return reason;
            }
        }
    }

    private static IEnumerable<string> Lines(JsonNode? node) => node switch
    {
        null => [],
        JsonArray list => list.SelectMany(Lines),
        JsonObject place when place["message"] is { } message => [Place(place) + message],
        _ => [node.ToString()],
    };

    private static string Place(JsonObject problem) =>
        (problem["line"], problem["column"]) is ({ } line, { } column) ? $"{line}:{column}: " : "";

    private static string? Text(JsonObject? problem, string name) =>
        problem?[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static string Sentence(string title) => title.EndsWith('.') ? title : title + ".";
}
