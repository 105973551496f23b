using TwinActors.Kernel;

namespace TwinActors.UnitTests.Kernel;

/// <summary>What a scripted actor does, and what has happened to it, over all its instances.</summary>
internal sealed class Script
{
    public List<string> Log { get; } = [];

    public int Instances { get; private set; }

    public SupervisorStrategy Strategy { get; init; } = SupervisorStrategy.Default;

    public Action<int>? Constructing { get; init; }

    public Func<Context<string>, int, ValueTask>? Starting { get; init; }

    public Func<Context<string>, string, CancellationToken, ValueTask>? Receiving { get; init; }

    public Func<Context<string>, ulong, ValueTask>? Signalled { get; init; }

    public Func<Context<string>, ActorRef, ValueTask>? Ended { get; init; }

    public Func<int, ValueTask>? Stopping { get; init; }

    public Props<string> Props => new(() => new ScriptedActor(this));

    private sealed class ScriptedActor : Actor<string>
    {
        private readonly Script _script;
        private readonly int _instance;

        public ScriptedActor(Script script)
        {
            _script = script;
            _instance = ++script.Instances;
            script.Log.Add($"new {_instance}");
            script.Constructing?.Invoke(_instance);
        }

        protected override SupervisorStrategy SupervisorStrategy => _script.Strategy;

        protected override ValueTask ReceiveAsync(string message, CancellationToken stopping)
        {
            _script.Log.Add(message);
            return _script.Receiving?.Invoke(Context, message, stopping) ?? default;
        }

        protected override ValueTask OnSignalAsync(ulong sources, CancellationToken stopping)
        {
            _script.Log.Add($"signal {sources}");
            return _script.Signalled?.Invoke(Context, sources) ?? default;
        }

        protected override ValueTask OnTerminatedAsync(Terminated terminated, CancellationToken stopping)
        {
            _script.Log.Add($"terminated {terminated.Actor.Name}");
            return _script.Ended?.Invoke(Context, terminated.Actor)
                ?? base.OnTerminatedAsync(terminated, stopping);
        }

        protected override ValueTask PreStart(CancellationToken stopping)
        {
            _script.Log.Add($"start {_instance}");
            return _script.Starting?.Invoke(Context, _instance) ?? default;
        }

        protected override ValueTask PostStop()
        {
            _script.Log.Add($"stop {_instance}");
            return _script.Stopping?.Invoke(_instance) ?? default;
        }
    }
}
