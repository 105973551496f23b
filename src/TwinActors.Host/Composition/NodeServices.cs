using Microsoft.AspNetCore.Http.Json;
using TwinActors.Contracts;
using TwinActors.Host.Api;
using TwinActors.Host.Realtime;
using TwinActors.Host.WhatIf;

namespace TwinActors.Host.Composition;

/// <summary>Hands the node's parts to the web server.</summary>
internal static class NodeServices
{
    // Samples reach a page 20 ms after they came at the latest, two or more in a message at 100 Hz and above.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    public static void UseNode(this IHostBuilder host, NodeParts parts) =>
        host.ConfigureLogging(logging =>
        {
            logging.ClearProviders();
            logging.AddProvider(parts.Log);
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
                console.UseUtcTimestamp = true;
            });
            // A start that fails is told in one line, not with a stack trace.
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
            logging.Filter(parts.Options.Logging.Level);
        });

    /// <summary>Sets the lowest level that is written, by category; <c>default</c> holds for all others.</summary>
    public static void Filter(this ILoggingBuilder logging, IReadOnlyDictionary<string, LogLevel> levels)
    {
        foreach (var (category, level) in levels)
        {
            logging.AddFilter(category == "default" ? null : category, level);
        }
    }

    public static void AddNode(this IServiceCollection services, NodeParts parts)
    {
        services.AddSingleton(parts.Node);
        services.AddSingleton(parts.Journal);
        services.AddSingleton(parts.Links);
        services.AddSingleton(parts.Facts);
        services.AddSingleton(parts.Clock);
        services.AddSingleton(parts.Log);
        services.AddSingleton(parts.Registration);
        services.AddSingleton(parts.Recording);
        services.AddSingleton(new ApiLimits(parts.Options.Api.PageSize, parts.Options.Api.MaximumBody));
        services.AddSingleton(parts.AllowedHosts);
        services.AddSingleton(new TelemetryLimits(parts.Options.Telemetry.MaximumHz, Pace));
        services.AddHostedService<NodeLog>();
        services.AddSingleton(parts.Branches);
        services.AddSingleton<Branches>();
        services.AddHostedService(provider => provider.GetRequiredService<Branches>());
    }

    public static void AddApi(this IServiceCollection services)
    {
        services.AddOpenApi();
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = FailureProblems.Explain);
        services.AddExceptionHandler<FailureProblems>();
        services.Configure<JsonOptions>(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ContractsJson.Default));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }
}
