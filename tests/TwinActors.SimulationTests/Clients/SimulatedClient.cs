using System.Collections.Immutable;
using TwinActors.Kernel.EventSourcing;
using TwinActors.SimulationTests.Checking;
using TwinActors.SimulationTests.Lists;
using TwinActors.SimulationTests.Runs;

namespace TwinActors.SimulationTests.Clients;

/// <summary>
/// Sends commands with ids, a few at a time, and sends one again under the same id until it knows what became of it.
/// </summary>
internal sealed class SimulatedClient(SimulatedRun run, int number)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    // What is on its way to one life of a node arrives in the order in which it was sent.
    private readonly Dictionary<SimulatedNode, Queue<Request>> _lines = [];
    private readonly SimulatedWorld _world = run.World;
    private int _left = run.Plan.Commands;
    private int _underWay;
    private long _sent;

    /// <summary>Whether every command is done.</summary>
    public bool IsDone => _left == 0 && _underWay == 0;

    /// <summary>Begins the next command when there is one and few enough are under way.</summary>
    public void Next()
    {
        if (_left == 0 || _underWay >= run.Plan.Window)
        {
            return;
        }

        _left--;
        _underWay++;
        var verb = DrawVerb();
        var operation = new Operation(
            run.NextId(), number, run.DrawEntity(), verb, verb == Verb.Add ? DrawValues() : []);
        run.History.Operations.Add(operation);
        Send(operation, new Sending());
        _world.After(_world.Draw(run.Plan.Think), Next);
    }

    private void Send(Operation operation, Sending sending)
    {
        if (sending.IsOver)
        {
            return;
        }

        var times = run.IsFaulty && _world.Chance(run.Plan.SendTwice) ? 2 : 1;
        sending.Open = times;
        for (var i = 0; i < times; i++)
        {
            var isAnswered = false;
            var request = new Request(
                operation.Id, number, ++_sent, operation.Entity, new ListCommand(operation.Verb, operation.Values),
                reply =>
                {
                    if (!isAnswered)
                    {
                        isAnswered = true;
                        Heard(operation, sending, reply);
                    }
                });
            _world.After(Patience, () => request.Answer(Reply.Lost));
            Travel(request);
        }
    }

    private void Travel(Request request)
    {
        if (run.DrawNode() is not { } node)
        {
            _world.After(_world.Draw(run.Plan.Delay), () => request.Answer(Reply.NotReached));
            return;
        }

        _world.Trace.Note($"client {number} {_sent} to {node.Name} {request.Entity}: {request.Command.Verb}");
        if (!_lines.TryGetValue(node, out var line))
        {
            _lines.Add(node, line = []);
        }

        line.Enqueue(request);
        _world.After(_world.Draw(run.Plan.Delay), () =>
        {
            var first = line.Dequeue();
            if (_world.Nodes.Contains(node))
            {
                node.Run(() => node.Receive(first));
            }
            else
            {
                first.Answer(Reply.NotReached);
            }
        });
    }

    private void Heard(Operation operation, Sending sending, Reply reply)
    {
        sending.Open--;
        sending.MayBeDone |= reply.IsUnknown;
        if (sending.IsOver)
        {
            return;
        }

        switch (reply.Outcome)
        {
            case CommandOutcome.Accepted accepted:
                operation.Answer = accepted;
                End(operation, sending, Knowledge.Accepted);
                return;
            case CommandOutcome.Rejected when sending.Open == 0:
                GiveUp(operation, sending);
                return;
        }

        if (sending.Open > 0)
        {
            return;
        }

        // A broken decision never answers; anything else is asked again, unless the client has had enough of it.
        if (operation.Verb == Verb.Explode || (run.IsFaulty && _world.Chance(run.Plan.GiveUp)))
        {
            GiveUp(operation, sending);
            return;
        }

        // Longer from one time to the next, or resends of everybody would keep a slow store busy for ever.
        _world.After(
            _world.Draw(RetryAfter * (1 << Math.Min(sending.Retries++, 6))), () => Send(operation, sending));
    }

    private void GiveUp(Operation operation, Sending sending)
    {
        operation.IsGivenUp = sending.MayBeDone;
        End(operation, sending, sending.MayBeDone ? Knowledge.Unknown : Knowledge.Failed);
    }

    private void End(Operation operation, Sending sending, Knowledge knowledge)
    {
        _world.Trace.Note($"client {number}: {operation.Entity} {operation.Verb} is {knowledge}");
        sending.IsOver = true;
        operation.Knowledge = knowledge;
        operation.AnsweredAt = _world.Time.Elapsed;
        _underWay--;
        Next();
    }

    private Verb DrawVerb() => _world.Random.Next(20) switch
    {
        0 => Verb.Refuse,
        1 => Verb.Nothing,
        2 when !run.Plan.IsQuiet => Verb.Explode,
        _ => Verb.Add,
    };

    private ImmutableArray<long> DrawValues()
    {
        var count = _world.Random.Next(3) == 0 ? _world.Random.Next(2, 5) : 1;
        return [.. Enumerable.Range(0, count).Select(_ => run.NextValue())];
    }

    /// <summary>One command under way, with all its sendings.</summary>
    private sealed class Sending
    {
        public int Open { get; set; }

        public int Retries { get; set; }

        public bool MayBeDone { get; set; }

        public bool IsOver { get; set; }
    }
}
