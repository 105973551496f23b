using System.Collections.Immutable;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>A value as it was parsed: substitutions and concatenations are still to be resolved.</summary>
internal abstract class HoconNode(HoconOrigin origin)
{
    /// <summary>Where the value begins.</summary>
    public HoconOrigin Origin { get; } = origin;
}

/// <summary>A null, flag, number or text.</summary>
internal sealed class LiteralNode(HoconValue value) : HoconNode(value.Origin)
{
    public HoconValue Value { get; } = value;
}

/// <summary>White space between two pieces of a concatenation; it counts only between texts.</summary>
internal sealed class BlankNode(string text, HoconOrigin origin) : HoconNode(origin)
{
    public string Text { get; } = text;
}

/// <summary>An array.</summary>
internal sealed class ArrayNode(ImmutableArray<HoconNode> items, HoconOrigin origin) : HoconNode(origin)
{
    public ImmutableArray<HoconNode> Items { get; } = items;
}

/// <summary>Several pieces without a comma or line break between them.</summary>
internal sealed class ConcatenationNode(ImmutableArray<HoconNode> pieces) : HoconNode(pieces[0].Origin)
{
    public ImmutableArray<HoconNode> Pieces { get; } = pieces;
}

/// <summary>A place that a substitution may mean: a path that starts at an object.</summary>
internal readonly record struct HoconReference(ObjectNode Anchor, ImmutableArray<string> Path);

/// <summary><c>${path}</c> or <c>${?path}</c>.</summary>
/// <param name="places">Where to look, in order: inside the included file first, then from the root.</param>
/// <param name="name">The path as written, which is also the name of an environment variable.</param>
/// <param name="isOptional">Whether an undefined value is left out instead of being an error.</param>
/// <param name="isList">Whether the environment holds a list: <c>NAME_0</c>, <c>NAME_1</c> and so on.</param>
/// <param name="origin">Where the substitution begins.</param>
internal sealed class SubstitutionNode(
    ImmutableArray<HoconReference> places, string name, bool isOptional, bool isList, HoconOrigin origin)
    : HoconNode(origin)
{
    public ImmutableArray<HoconReference> Places { get; } = places;

    public string Name { get; } = name;

    public bool IsOptional { get; } = isOptional;

    public bool IsList { get; } = isList;
}

/// <summary>An object whose fields may have several definitions.</summary>
internal sealed class ObjectNode(HoconOrigin origin) : HoconNode(origin)
{
    public OrderedDictionary<string, HoconField> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>The field of that name, made when it is new.</summary>
    public HoconField Field(string name)
    {
        if (!Fields.TryGetValue(name, out var field))
        {
            field = new HoconField();
            Fields.Add(name, field);
        }

        return field;
    }

    /// <summary>Defines the value at a path below this object, over what is there.</summary>
    public void Define(ReadOnlySpan<string> path, HoconNode value)
    {
        var target = this;
        foreach (var name in path[..^1])
        {
            target = target.Field(name).Open(value.Origin);
        }

        target.Field(path[^1]).Define(value);
    }

    /// <summary>Puts the definitions of another object over those of this one.</summary>
    public void Include(ObjectNode other)
    {
        foreach (var (name, theirs) in other.Fields)
        {
            var ours = Field(name);
            foreach (var layer in theirs.Layers)
            {
                ours.Define(layer);
            }
        }
    }
}

/// <summary>
/// A field of an object: its definitions from oldest to newest, without those that can no longer matter.
/// </summary>
internal sealed class HoconField
{
    /// <summary>Definitions; a newer one merges with or replaces the older ones.</summary>
    public List<HoconNode> Layers { get; } = [];

    /// <summary>The definition that is being resolved now, if any.</summary>
    public HoconFrame? Active { get; set; }

    /// <summary>Whether <see cref="Resolved"/> holds the outcome.</summary>
    public bool IsResolved { get; set; }

    /// <summary>The resolved value; <see langword="null"/> means undefined.</summary>
    public HoconValue? Resolved { get; set; }

    /// <summary>Puts a definition over the others.</summary>
    public void Define(HoconNode node)
    {
        if (node is ObjectNode above)
        {
            Open(node.Origin).Include(above);
            return;
        }

        // A plain value hides everything under it, so a substitution that is hidden is never evaluated.
        if (node is LiteralNode or ArrayNode)
        {
            Layers.Clear();
        }

        Layers.Add(node);
    }

    /// <summary>The object on top of the definitions; one is put there when the top is something else.</summary>
    public ObjectNode Open(HoconOrigin origin)
    {
        if (Layers.Count > 0 && Layers[^1] is ObjectNode top)
        {
            return top;
        }

        // What a substitution will be is not known yet: it stays below, to be merged when it is an object.
        if (Layers.Count > 0 && Layers[^1] is LiteralNode or ArrayNode)
        {
            Layers.Clear();
        }

        var opened = new ObjectNode(origin);
        Layers.Add(opened);
        return opened;
    }
}

/// <summary>Marks a definition of a field as being resolved.</summary>
/// <param name="Layer">Index of the definition.</param>
/// <param name="Through">
/// Whether the field's own value is a substitution being followed, so that a reference back to the field means its
/// older definitions; false while a field inside the definition is resolved.
/// </param>
internal readonly record struct HoconFrame(int Layer, bool Through);
