using Spectre.Console;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;

namespace TwinActors.Cli.Commands.Watch;

/// <summary>One run of <c>twin watch</c>.</summary>
internal sealed class WatchRun
{
    // Long enough for a slow topic, short enough that nobody wonders whether the program hangs.
    private static readonly TimeSpan SilenceUntilSaid = TimeSpan.FromSeconds(3);

    private readonly CommandContext _context;
    private readonly string _id;
    private readonly WatchedRobot _watched;
    private readonly long? _count;
    private readonly bool _isJson;
    private long _shown;
    private bool _isSilenceSaid;

    /// <param name="context">What it works with.</param>
    /// <param name="id">Robot id.</param>
    /// <param name="watched">Joints and signals to show.</param>
    /// <param name="count">Samples after which it ends; null for never.</param>
    /// <param name="isJson">Whether to write one JSON object per sample.</param>
    public WatchRun(CommandContext context, string id, WatchedRobot watched, long? count, bool isJson)
    {
        _context = context;
        _id = id;
        _watched = watched;
        _count = count;
        _isJson = isJson;
    }

    /// <summary>Watches until the count is reached or somebody stops it.</summary>
    /// <param name="hz">Most samples a second [Hz].</param>
    /// <param name="stopping">Ends the watch.</param>
    public async Task<int> RunAsync(double hz, CancellationToken stopping)
    {
        // Asked first because it answers with a status: the live socket could only say it in words.
        await _context.Node.GetAsync(NodeClient.RobotRoute(_id, "/joints"), stopping).ConfigureAwait(false);
        var socket = await _context.Node.OpenTelemetryAsync(stopping).ConfigureAwait(false);
        await using var _ = socket.ConfigureAwait(false);
        await socket.SendAsync(WatchCommand.Subscribe(_id, _watched, hz), stopping).ConfigureAwait(false);
        try
        {
            await (_context.Terminal.IsInteractive && !_isJson
                ? ShowAsync(socket, stopping)
                : WriteAsync(socket, stopping)).ConfigureAwait(false);
        }
        finally
        {
            SayLosses();
        }

        return ExitCode.Ok;
    }

    private Task ShowAsync(TelemetrySocket socket, CancellationToken stopping)
    {
        var screen = _context.Terminal.Screen();
        return screen.Live(new Text("waiting for samples")).StartAsync(view => FollowAsync(
            socket,
            onJoints: () => { },
            onSample: sample => view.UpdateTarget(new Rows(
                Table(sample).Renderable,
                Caption($"at {sample.At:HH:mm:ss.fff}"))),
            onSilence: words => view.UpdateTarget(Caption(words)),
            stopping));
    }

    private Task WriteAsync(TelemetrySocket socket, CancellationToken stopping)
    {
        var output = _context.Terminal.Output;
        return FollowAsync(
            socket,
            onJoints: () =>
            {
                if (!_isJson && _watched.Joints.Count > 0)
                {
                    output.WriteLine(WatchLines.Heads(_watched));
                }
            },
            onSample: sample =>
            {
                output.WriteLine(_isJson ? WatchLines.Json(_id, _watched, sample) : WatchLines.Columns(sample));
                output.Flush();
            },
            onSilence: _context.Terminal.Say,
            stopping);
    }

    private async Task FollowAsync(
        TelemetrySocket socket,
        Action onJoints,
        Action<WatchedSample> onSample,
        Action<string> onSilence,
        CancellationToken stopping)
    {
        while (true)
        {
            var message = await NextAsync(socket, onSilence, stopping).ConfigureAwait(false);
            if (message.Notice is { } notice)
            {
                if (_watched.Take(notice))
                {
                    onJoints();
                }

                continue;
            }

            _isSilenceSaid = false;
            foreach (var sample in _watched.Take(message.Frame.Span))
            {
                onSample(sample);
                if (++_shown >= _count)
                {
                    return;
                }
            }
        }
    }

    private async Task<TelemetryMessage> NextAsync(
        TelemetrySocket socket,
        Action<string> onSilence,
        CancellationToken stopping)
    {
        var next = socket.ReceiveAsync(stopping);
        if (_isSilenceSaid)
        {
            return await next.ConfigureAwait(false);
        }

        using var endOfWait = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var silence = Task.Delay(SilenceUntilSaid, _context.Time, endOfWait.Token);
        if (await Task.WhenAny(next, silence).ConfigureAwait(false) == silence && !stopping.IsCancellationRequested)
        {
            _isSilenceSaid = true;
            onSilence(
                $"No sample of {_id} for {SilenceUntilSaid.TotalSeconds} s; still waiting."
                + $" 'twin robots show {_id}' shows its streams.");
        }

        await endOfWait.CancelAsync().ConfigureAwait(false);
        return await next.ConfigureAwait(false);
    }

    private DataTable Table(WatchedSample sample)
    {
        var heads = _watched.Signals.Select(signal => $"{signal.Name.ToUpperInvariant()}#").Prepend("JOINT").ToArray();
        var table = new DataTable(heads);
        var next = 0;
        foreach (var joint in _watched.Joints)
        {
            var values = _watched.Signals.Select(_ => (Cell)Figures.Quantity(sample.Values[next++]));
            table.Row([joint, .. values]);
        }

        return table;
    }

    private Text Caption(string words) => new(
        PrintableText.Of($"{_id}  {words}  {Losses()}"),
        HasLosses ? new Style(Color.Yellow) : new Style(decoration: Decoration.Dim));

    private void SayLosses()
    {
        if (HasLosses)
        {
            _context.Terminal.Say($"{_shown} samples shown; {Losses()}.");
        }
    }

    private bool HasLosses => _watched.LostFrames + _watched.DroppedSamples > 0;

    private string Losses() =>
        $"{_watched.LostFrames} frames lost, {_watched.DroppedSamples} samples left out by the node";
}
