using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Kernel;

// Starting, restarting and stopping. Every method here runs as the cell, so never at the same time as a handler.
internal abstract partial class ActorCell
{
    private protected abstract bool HasInstance { get; }

    /// <summary>Handles the oldest system message; never throws.</summary>
    private protected async ValueTask HandleSystemMessageAsync()
    {
        switch (_control.TakeSystem())
        {
            case SystemMessage.Stop:
                await StopAsync().ConfigureAwait(false);
                break;
            case SystemMessage.ChildGone:
                await ContinueAfterChildAsync().ConfigureAwait(false);
                break;
            case SystemMessage.Restart restart:
                await RestartAsync(restart.Cause, restart.Delay).ConfigureAwait(false);
                break;
            case SystemMessage.Recreate when _phase == Phase.BackingOff:
                await CreateAsync(Extras.RestartCause).ConfigureAwait(false);
                break;
            case SystemMessage.ChildFailed failed:
                Supervise(failed.Child, failed.Cause);
                break;
            case SystemMessage.Resume when _phase == Phase.Failed:
                _phase = Phase.Running;
                ResumeEscalated();
                break;
            case SystemMessage.Kill when _phase is Phase.Running or Phase.Starting or Phase.Passive:
                Fail(new ActorKilledException(Path));
                break;
            case SystemMessage.Watch watch:
                (Extras.Watchers ??= []).Add(watch.Watcher);
                break;
            case SystemMessage.Unwatch unwatch:
                _rare?.Watchers?.Remove(unwatch.Watcher);
                break;
        }
    }

    /// <summary>Makes an instance and starts it; a failure waits for the supervisor like any other.</summary>
    /// <param name="restartCause">What the former instance failed with; null at the first start.</param>
    private protected async ValueTask CreateAsync(Exception? restartCause)
    {
        _phase = Phase.Starting;
        try
        {
            CreateInstance();
            if (restartCause is null)
            {
                await PreStartAsync().ConfigureAwait(false);
            }
            else
            {
                await PostRestartAsync(restartCause).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            Fail(failure is JournalFailedException or RecoveryFailedException
                ? failure
                : new ActorInitializationException(Path, failure));
            return;
        }

        _phase = Phase.Running;
        if (restartCause is not null)
        {
            var extras = Extras;
            extras.Restarts++;
            extras.RunningSince = System.Time.GetTimestamp();
            extras.RestartCause = null;
            KernelTelemetry.Restarts.Add(1, KernelTelemetry.Actor(InstanceType));
            System.EventStream.Publish(new ActorRestarted(Path, extras.Restarts));
        }
    }

    /// <summary>Suspends the actor until its supervisor has decided.</summary>
    private protected void Fail(Exception cause)
    {
        if (_phase >= Phase.Stopping)
        {
            System.EventStream.Publish(new ActorFailed(Path, cause, Directive: null, RestartIn: null));
            return;
        }

        _phase = Phase.Failed;
        var extras = Extras;
        extras.LastFailure = cause;
        extras.LastFailureAt = System.Time.GetUtcNow();
        extras.RanFor = extras.RunningSince is { } since ? System.Time.GetElapsedTime(since) : TimeSpan.Zero;
        extras.RunningSince = null;
        Parent?.Send(new SystemMessage.ChildFailed(this, cause));
    }

    private protected abstract void CreateInstance();

    private protected abstract ValueTask PreStartAsync();

    private protected abstract ValueTask PostRestartAsync(Exception cause);

    private protected abstract ValueTask PreRestartAsync(Exception cause);

    private protected abstract ValueTask PostStopAsync();

    /// <summary>Forgets the instance and what belonged to it: behaviour, timers, receive timeout.</summary>
    private protected abstract void DropInstance();

    /// <summary>Refuses further messages and turns those that wait into dead letters.</summary>
    private protected abstract void CloseUserLanes();

    private async ValueTask RestartAsync(Exception cause, TimeSpan delay)
    {
        if (_phase >= Phase.Restarting)
        {
            return;
        }

        _phase = Phase.Restarting;
        await RunHookAsync(HasInstance ? PreRestartAsync(cause) : default).ConfigureAwait(false);
        ReplaceStoppingToken();
        DropInstance();
        _rare?.Escalated?.Clear();
        Extras.RestartCause = cause;
        Extras.RestartDelay = delay;
        await ContinueAfterChildAsync().ConfigureAwait(false);
    }

    // A child has ended, or a restart, passivation or stop has just begun: go on unless another child is still ending.
    private async ValueTask ContinueAfterChildAsync()
    {
        switch (_phase)
        {
            case Phase.Stopping when !HasChildren:
                await TerminateAsync().ConfigureAwait(false);
                break;
            case Phase.Passivating when !HasChildren:
                await EndInstanceAsync().ConfigureAwait(false);
                _phase = Phase.Passive;
                break;
            case Phase.Restarting when _children is null || !_children.IsAnyEnding:
                await RecreateAsync().ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask RecreateAsync()
    {
        var delay = Extras.RestartDelay;
        if (delay > TimeSpan.Zero)
        {
            _phase = Phase.BackingOff;
            Extras.RestartTimer = new RestartTimer(this);
            System.Clock.Add(Extras.RestartTimer, delay);
            return;
        }

        await CreateAsync(Extras.RestartCause).ConfigureAwait(false);
    }

    /// <summary>Ends the instance and all below it. What comes meanwhile waits and makes a fresh one.</summary>
    private protected ValueTask PassivateAsync()
    {
        _phase = Phase.Passivating;
        StopChildren();
        return ContinueAfterChildAsync();
    }

    private protected async ValueTask StopAsync()
    {
        if (_phase >= Phase.Stopping)
        {
            return;
        }

        _isStopRequested = true;
        _phase = Phase.Stopping;
        if (_rare?.RestartTimer is { } timer)
        {
            System.Clock.Remove(timer);
        }

        StopChildren();
        await ContinueAfterChildAsync().ConfigureAwait(false);
    }

    private async ValueTask EndInstanceAsync()
    {
        await RunHookAsync(HasInstance ? PostStopAsync() : default).ConfigureAwait(false);
        ReplaceStoppingToken();
        DropInstance();
    }

    private async ValueTask TerminateAsync()
    {
        await EndInstanceAsync().ConfigureAwait(false);
        CloseUserLanes();
        var unanswered = _control.Close();
        _phase = Phase.Terminated;
        Parent?.Children.Remove(this);
        Parent?.Send(new SystemMessage.ChildGone());
        AnnounceEnd(unanswered);
    }

    // A hook of an instance that is on its way out cannot fail the actor any more; people learn of it all the same.
    private async ValueTask RunHookAsync(ValueTask hook)
    {
        try
        {
            await hook.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            System.EventStream.Publish(new ActorFailed(Path, failure, Directive: null, RestartIn: null));
        }
    }

    private void ReplaceStoppingToken()
    {
        CancelStoppingToken();
        Interlocked.Exchange(ref _stopping, null);
    }

    public void StopChildren()
    {
        if (_children is not null)
        {
            foreach (var child in _children.ToImmutableArray())
            {
                child.Stop();
            }
        }
    }

    private protected sealed class RestartTimer(ActorCell cell) : TimerEntry
    {
        internal override void Fire(int version) => cell.Send(new SystemMessage.Recreate());
    }
}
