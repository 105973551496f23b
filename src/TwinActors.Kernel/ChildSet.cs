using System.Collections.Immutable;

namespace TwinActors.Kernel;

/// <summary>The children of an actor by name. Read by other threads for inspection.</summary>
internal sealed class ChildSet
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ActorCell> _byName = new(StringComparer.Ordinal);
    private int _unnamed;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byName.Count;
            }
        }
    }

    /// <summary>Adds the child that <paramref name="make"/> makes for a free name.</summary>
    /// <exception cref="InvalidOperationException">The name is taken, or no name for an actor.</exception>
    public TCell Add<TCell>(string? name, ActorCell parent, Func<string, TCell> make)
        where TCell : ActorCell
    {
        lock (_gate)
        {
            name ??= $"${++_unnamed}";
            if (!ActorPath.IsValidName(name))
            {
                throw new InvalidOperationException($"\"{name}\" cannot name an actor below {parent.Path}.");
            }

            if (parent.IsEnding)
            {
                throw new InvalidOperationException($"{parent.Path} is ending and takes no new child {name}.");
            }

            if (_byName.ContainsKey(name))
            {
                throw new InvalidOperationException($"{parent.Path}/{name} exists already.");
            }

            var cell = make(name);
            _byName.Add(name, cell);
            return cell;
        }
    }

    public ActorCell? Find(string name)
    {
        lock (_gate)
        {
            return _byName.GetValueOrDefault(name);
        }
    }

    public bool Contains(ActorCell cell) => Find(cell.Name) == cell;

    public void Remove(ActorCell cell)
    {
        lock (_gate)
        {
            _byName.Remove(cell.Name);
        }
    }

    public ImmutableArray<ActorCell> ToImmutableArray()
    {
        lock (_gate)
        {
            return [.. _byName.Values];
        }
    }
}
