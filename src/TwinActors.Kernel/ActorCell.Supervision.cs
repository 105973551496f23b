namespace TwinActors.Kernel;

// What a parent does about a failed child, and what a watcher learns of an end.
internal abstract partial class ActorCell
{
    private protected abstract SupervisorStrategy Strategy { get; }

    private protected abstract BackoffOptions? Backoff { get; }

    /// <summary>Learns of the end of <paramref name="target"/> once.</summary>
    /// <param name="target">The actor to watch; may have ended already.</param>
    /// <param name="message">Stands in line when the time has come; null: the actor's hook is called.</param>
    public void Watch(ActorCell target, Notice? message)
    {
        (Extras.Watched ??= [])[target] = message;
        if (!target.Send(new SystemMessage.Watch(this)))
        {
            Post(new Death(target));
        }
    }

    public void Unwatch(ActorCell target)
    {
        if (_rare?.Watched?.Remove(target) == true)
        {
            target.Send(new SystemMessage.Unwatch(this));
        }
    }

    /// <summary>Whether a death is still of interest; each is so once.</summary>
    private protected bool TryTakeWatched(ActorCell target, out Notice? message)
    {
        message = null;
        return _rare?.Watched is { } watched && watched.Remove(target, out message);
    }

    private void Supervise(ActorCell child, Exception cause)
    {
        if (_phase >= Phase.Stopping || child.IsEnding)
        {
            return;
        }

        var strategy = Strategy;
        var directive = strategy.Decide(cause);
        if (directive == Directive.Escalate && (Parent?.Parent is null))
        {
            directive = Directive.Stop;
        }

        if (directive == Directive.Restart && !child.MayRestart(strategy))
        {
            directive = Directive.Stop;
        }

        var delay = directive == Directive.Restart ? child.RestartDelay(strategy) : TimeSpan.Zero;
        System.EventStream.Publish(
            new ActorFailed(child.Path, cause, directive, directive == Directive.Restart ? delay : null));
        Apply(directive, child, cause, delay, strategy is AllForOneStrategy);
    }

    private void Apply(Directive directive, ActorCell child, Exception cause, TimeSpan delay, bool isForAll)
    {
        switch (directive)
        {
            case Directive.Resume:
                child.Send(new SystemMessage.Resume());
                break;
            case Directive.Escalate:
                (Extras.Escalated ??= []).Add(child);
                if (_phase != Phase.Failed)
                {
                    Fail(cause);
                }

                break;
            default:
                foreach (var each in isForAll ? Children.ToImmutableArray() : [child])
                {
                    if (directive == Directive.Stop)
                    {
                        each.Stop();
                    }
                    else
                    {
                        each.Send(new SystemMessage.Restart(cause, delay));
                    }
                }

                break;
        }
    }

    private void ResumeEscalated()
    {
        if (_rare?.Escalated is { Count: > 0 } escalated)
        {
            foreach (var child in escalated)
            {
                child.Send(new SystemMessage.Resume());
            }

            escalated.Clear();
        }
    }

    // Called by the supervisor while this cell is suspended, so the counters have one writer.
    private bool MayRestart(SupervisorStrategy strategy)
    {
        if (strategy.MaxRetries is not { } allowed)
        {
            return true;
        }

        var extras = Extras;
        if (extras.Retries == 0 || System.Time.GetElapsedTime(extras.RetriesSince) > strategy.Within)
        {
            extras.Retries = 0;
            extras.RetriesSince = System.Time.GetTimestamp();
        }

        return ++extras.Retries <= allowed;
    }

    private TimeSpan RestartDelay(SupervisorStrategy strategy)
    {
        if ((Backoff ?? strategy.Backoff) is not { } backoff)
        {
            return TimeSpan.Zero;
        }

        var extras = Extras;
        if (extras.RanFor >= (backoff.ResetAfter ?? backoff.Maximum))
        {
            extras.BackoffRestarts = 0;
        }

        return backoff.Delay(extras.BackoffRestarts++, System.NextRandom());
    }

    private void AnnounceEnd(SystemMessage? unanswered)
    {
        for (; unanswered is not null; unanswered = unanswered.Next)
        {
            if (unanswered is SystemMessage.Watch watch)
            {
                Announce(watch.Watcher);
            }
        }

        if (_rare is null)
        {
            return;
        }

        foreach (var watcher in _rare.Watchers ?? [])
        {
            Announce(watcher);
        }

        foreach (var target in _rare.Watched?.Keys ?? Enumerable.Empty<ActorCell>())
        {
            target.Send(new SystemMessage.Unwatch(this));
        }

        _rare.Watchers = null;
        _rare.Watched = null;
    }

    private void Announce(object watcher)
    {
        if (watcher is ActorCell cell)
        {
            cell.Post(new Death(this));
        }
        else
        {
            ((TaskCompletionSource)watcher).TrySetResult();
        }
    }

    /// <summary>A watched actor has ended.</summary>
    private protected sealed class Death(ActorCell dead) : Notice
    {
        public ActorCell Dead { get; } = dead;
    }
}
