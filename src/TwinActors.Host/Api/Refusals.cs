using Microsoft.AspNetCore.Http.HttpResults;
using TwinActors.Actors.Robots;
using TwinActors.Robotics;
using TwinActors.Twins;

namespace TwinActors.Host.Api;

/// <summary>Refusals and bad input as RFC 9457 problem details.</summary>
internal static class Refusals
{
    /// <summary>The problem that a twin's refusal becomes.</summary>
    public static ProblemHttpResult ToProblem(this Rejection rejection)
    {
        var (status, title) = rejection.Kind switch
        {
            RejectionKind.Conflict => (StatusCodes.Status409Conflict, "Not possible now"),
            RejectionKind.Unknown => (StatusCodes.Status404NotFound, "Unknown"),
            RejectionKind.Removed => (StatusCodes.Status410Gone, "Removed"),
            RejectionKind.Invalid => (StatusCodes.Status422UnprocessableEntity, "Not valid"),
            RejectionKind.NotWritten => (StatusCodes.Status503ServiceUnavailable, "Not written"),
            RejectionKind.OutcomeUnknown => (StatusCodes.Status504GatewayTimeout, "Outcome unknown"),
            _ => (StatusCodes.Status503ServiceUnavailable, "Not available"),
        };
        return TypedResults.Problem(rejection.Message, statusCode: status, title: title);
    }

    /// <summary>A value of the request is not allowed.</summary>
    /// <param name="detail">What, where, and the way out.</param>
    /// <param name="problems">More of the same, one by one; null when the detail says it all.</param>
    public static ProblemHttpResult Invalid(string detail, IEnumerable<string>? problems = null) =>
        TypedResults.Problem(
            detail,
            statusCode: StatusCodes.Status422UnprocessableEntity,
            title: "Not valid",
            extensions: problems is null
                ? null
                : new Dictionary<string, object?> { ["problems"] = problems.ToArray() });

    /// <summary>Answers with the value of an answer, or with its refusal.</summary>
    public static IResult ToResult<T>(this Answer<T> answer, Func<T, IResult> found) =>
        answer.Rejection is { } rejection ? rejection.ToProblem() : found(answer.Value!);

    /// <summary>Reads the robot id of a route and goes on with it, or refuses it.</summary>
    public static async Task<IResult> WithRobot(string id, Func<RobotId, Task<IResult>> next) =>
        RobotId.TryParse(id, out var robot, out var problem) ? await next(robot) : Invalid(problem);
}
