using System.Collections.Immutable;

namespace TwinActors.Kernel;

/// <summary>The children of an actor by name. Read by other threads for inspection.</summary>
internal sealed class ChildSet
{
    private readonly Lock _gate = new();
    private readonly HashSet<ActorCell> _cells = new(ByName.Instance);
    private int _unnamed;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _cells.Count;
            }
        }
    }

    public bool IsAnyEnding
    {
        get
        {
            lock (_gate)
            {
                foreach (var cell in _cells)
                {
                    if (cell.IsEnding)
                    {
                        return true;
                    }
                }

                return false;
            }
        }
    }

    /// <summary>Makes a child with a free name.</summary>
    /// <exception cref="InvalidOperationException">The name is taken, or no name for an actor.</exception>
    public ActorCell<T> Add<T>(string? name, ActorCell parent, Surroundings surroundings, Props<T> props)
    {
        if (name is not null && !ActorPath.IsValidName(name))
        {
            throw new InvalidOperationException($"\"{name}\" cannot name an actor below {parent.Path}.");
        }

        lock (_gate)
        {
            name ??= $"${++_unnamed}";
            if (parent.IsEnding)
            {
                throw new InvalidOperationException($"{parent.Path} is ending and takes no new child {name}.");
            }

            var cell = new ActorCell<T>(surroundings, parent, name, props);
            return _cells.Add(cell)
                ? cell
                : throw new InvalidOperationException($"{parent.Path}/{name} exists already.");
        }
    }

    public ActorCell? Find(string name)
    {
        lock (_gate)
        {
            return Lookup.TryGetValue(name, out var cell) ? cell : null;
        }
    }

    public void Remove(ActorCell cell)
    {
        lock (_gate)
        {
            _cells.Remove(cell);
        }
    }

    public ImmutableArray<ActorCell> ToImmutableArray()
    {
        lock (_gate)
        {
            return [.. _cells];
        }
    }

    private HashSet<ActorCell>.AlternateLookup<ReadOnlySpan<char>> Lookup =>
        _cells.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>A set of cells takes 12 bytes less for each than a dictionary with their names.</summary>
    private sealed class ByName
        : IEqualityComparer<ActorCell>, IAlternateEqualityComparer<ReadOnlySpan<char>, ActorCell>
    {
        public static ByName Instance { get; } = new();

        public bool Equals(ActorCell? one, ActorCell? other) => one?.Name == other?.Name;

        public bool Equals(ReadOnlySpan<char> name, ActorCell cell) => name.SequenceEqual(cell.Name);

        public int GetHashCode(ActorCell cell) => GetHashCode(cell.Name.AsSpan());

        public int GetHashCode(ReadOnlySpan<char> name) => string.GetHashCode(name);

        public ActorCell Create(ReadOnlySpan<char> name) =>
            throw new NotSupportedException("A cell is more than a name.");
    }
}
