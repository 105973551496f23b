namespace TwinActors.Kernel;

/// <summary>
/// Gives back the chunks that a burst left in a mailbox once its actor has rested: up to 256 messages each. Exists only
/// between the burst and that moment.
/// </summary>
internal sealed class MailboxTrim<T>(ActorCell<T> cell) : TimerEntry
{
    // Longer than the pauses of a flow that comes in bursts, which should find its chunks again.
    private static readonly TimeSpan After = TimeSpan.FromSeconds(30);

    public void Start() => cell.System.Clock.Add(this, After);

    public void Cancel() => cell.System.Clock.Remove(this);

    internal override void Fire(int version)
    {
        var left = After - cell.RestingFor();
        if (cell.IsTerminated || (left <= TimeSpan.Zero && cell.TryTrim()))
        {
            return;
        }

        cell.System.Clock.Add(this, left > TimeSpan.Zero ? left : After);
    }
}
