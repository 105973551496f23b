namespace TwinActors.Persistence.Journal;

/// <summary>Name of one entity: the owner of one stream of events.</summary>
/// <remarks>
/// Type and key are compared without case, as robot ids are: they are kept in lower case. The spelling that a person
/// chose belongs into the entity's own events.
/// </remarks>
public readonly record struct EntityKey
{
    /// <summary>Longest type or key, in characters.</summary>
    public const int MaximumLength = 200;

    /// <summary>Names an entity of tenant 0.</summary>
    /// <param name="type">Kind of entity, such as <c>robot</c>; 1 to <see cref="MaximumLength"/> characters.</param>
    /// <param name="key">Which one, such as <c>arm1</c>; 1 to <see cref="MaximumLength"/> characters.</param>
    /// <exception cref="ArgumentException">A text is empty, too long, or contains a zero character.</exception>
    public EntityKey(string type, string key)
        : this(0, type, key)
    {
    }

    /// <summary>Names an entity.</summary>
    /// <param name="tenant">Owner of the entity; 0 where there is only one.</param>
    /// <param name="type">Kind of entity; 1 to <see cref="MaximumLength"/> characters.</param>
    /// <param name="key">Which one; 1 to <see cref="MaximumLength"/> characters.</param>
    /// <exception cref="ArgumentException">A text is empty, too long, or contains a zero character.</exception>
    public EntityKey(int tenant, string type, string key)
    {
        Tenant = tenant;
        Type = Checked(type, nameof(type));
        Key = Checked(key, nameof(key));
    }

    /// <summary>Owner of the entity; 0 where there is only one.</summary>
    public int Tenant { get; }

    /// <summary>Kind of entity, in lower case.</summary>
    public string Type { get; }

    /// <summary>Which one, in lower case.</summary>
    public string Key { get; }

    /// <summary>The entity as <c>type/key</c>, with <c>tenant:</c> before it when the tenant is not 0.</summary>
    public override string ToString() => Tenant == 0 ? $"{Type}/{Key}" : $"{Tenant}:{Type}/{Key}";

    private static string Checked(string text, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(text, name);
        if (text.Length > MaximumLength)
        {
            throw new ArgumentException(
                $"{name} has {text.Length} characters; at most {MaximumLength} are allowed.", name);
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"{name} contains a zero character.", name);
        }

        return text.ToLowerInvariant();
    }
}
