using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TwinActors.Host.Api;

/// <summary>An answer without an end: one JSON document a line, each sent as soon as it is there.</summary>
/// <typeparam name="T">The documents.</typeparam>
/// <param name="lines">Makes the documents until its token is cancelled: the caller has gone or the node stops.</param>
/// <param name="type">How a document is written.</param>
internal sealed class JsonLines<T>(Func<CancellationToken, IAsyncEnumerable<T>> lines, JsonTypeInfo<T> type) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var lifetime = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, lifetime.ApplicationStopping);
        var response = httpContext.Response;
        response.ContentType = JsonLines.ContentType;
        await response.StartAsync(over.Token);
        if (HeadRequests.IsHead(httpContext))
        {
            return;
        }

        await response.BodyWriter.FlushAsync(over.Token);
        try
        {
            await foreach (var line in lines(over.Token))
            {
                await JsonSerializer.SerializeAsync(response.BodyWriter, line, type, over.Token);
                response.BodyWriter.Write("\n"u8);
                await response.BodyWriter.FlushAsync(over.Token);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Nobody reads any more.
        }
    }
}

/// <summary>What answers of lines have in common.</summary>
internal static class JsonLines
{
    public const string ContentType = "application/x-ndjson";
}
