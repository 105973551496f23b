using System.Net.Sockets;
using TwinActors.Host.Api;
using TwinActors.Host.Composition;
using TwinActors.Host.Configuration;
using TwinActors.Host.Foxglove;
using TwinActors.Host.Realtime;

if (NodeArguments.AsksForHelp(args))
{
    Console.WriteLine(NodeArguments.Usage);
    return 0;
}

if (ConfigurationCommand.TryRun(args, Console.Out, Console.Error, out var exitCode))
{
    return exitCode;
}

if (!NodeArguments.TryRead(args, Console.Error, out var arguments))
{
    return 2;
}

await using var parts = await NodeParts.OpenAsync(arguments, TimeProvider.System, Console.Error);
if (parts is null)
{
    return 1;
}

var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
{
    ContentRootPath = AppContext.BaseDirectory,
    ApplicationName = typeof(NodeParts).Assembly.GetName().Name,
});
builder.Host.UseNode(parts);
builder.WebHost.UseStaticWebAssets();
builder.WebHost.UseUrls(parts.Urls);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = parts.Options.Api.MaximumBody);
builder.Services.AddNode(parts);
builder.Services.AddApi();

await using var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseHostCheck(parts.AllowedHosts);
app.UseHeadAsGet();
app.UseRouting();
app.UseWebSockets(parts.WebSockets);
app.MapOpenApi("/openapi/{documentName}.json");
app.MapHealth();
var api = app.MapGroup("/api/v1");
api.MapRobots();
api.MapSync();
api.MapEvents();
api.MapRecordings();
api.MapReplays();
api.MapWhatIf();
api.MapCalibration();
api.MapJournal();
api.MapNode();
api.MapActors();
api.MapLog();
api.MapNotBuilt();
app.MapTelemetry();
app.MapFoxglove();
app.MapNotBuilt();
app.MapPage();

await parts.RegisterAsync(app.Services.GetRequiredService<Registration>(), Console.Error);
try
{
    await app.StartAsync();
}
catch (Exception failure) when (failure is IOException or SocketException)
{
    await Console.Error.WriteLineAsync(
        $"The node cannot start: {failure.Message} Is another node running? --urls chooses another address.");
    return 1;
}

await app.WaitForShutdownAsync();
return 0;
