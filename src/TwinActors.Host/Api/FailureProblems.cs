using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using TwinActors.Kernel;
using TwinActors.Persistence.Journal;

namespace TwinActors.Host.Api;

/// <summary>Failures that no route handles, as problem details: bad requests, a journal that fails, a twin that is
/// late.</summary>
internal sealed class FailureProblems(IProblemDetailsService problems) : IExceptionHandler
{
    /// <summary>Says what the server itself refuses without a word: a body that is too large.</summary>
    public static void Explain(ProblemDetailsContext context)
    {
        if (context.ProblemDetails is { Status: StatusCodes.Status413PayloadTooLarge, Detail: null } problem)
        {
            var most = context.HttpContext.RequestServices.GetRequiredService<ApiLimits>().MaximumBody;
            var size = context.HttpContext.Request.ContentLength is { } length ? $"{length} bytes" : "too long";
            problem.Title = "Content too large";
            problem.Detail = $"The body is {size}; the most is {most} bytes (api.maximum-body).";
        }
    }

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, title, detail) = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } bad =>
                (bad.StatusCode, "Not valid JSON", $"The body cannot be read: {json.Message}"),
            BadHttpRequestException bad => (bad.StatusCode, "Bad request", bad.Message),
            TimeoutException or MailboxFullException or ActorTerminatedException =>
                (StatusCodes.Status503ServiceUnavailable, "Not available", exception.Message),
            JournalException journal => (StatusCodes.Status503ServiceUnavailable, "Journal failed", journal.Message),
            _ => (StatusCodes.Status500InternalServerError, "Internal error",
                $"{exception.GetType().Name}: {exception.Message}"),
        };
        httpContext.Response.StatusCode = status;
        var context = new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = status, Title = title, Detail = detail },
        };
        if (!await problems.TryWriteAsync(context))
        {
            // A client that takes no JSON is better served with it than with nothing.
            await httpContext.Response.WriteAsJsonAsync(
                context.ProblemDetails, options: null, "application/problem+json", cancellationToken);
        }

        return true;
    }
}
