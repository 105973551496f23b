using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>
/// Turns definitions into values. A substitution means the final value of its path; when that value is just being
/// resolved, it means the older definitions of the field, which is how <c>path = ${path}":/bin"</c> works.
/// </summary>
/// <param name="environment">Value of an environment variable, or <see langword="null"/>.</param>
internal sealed class HoconResolver(Func<string, string?> environment)
{
    private readonly List<HoconProblem> _problems = [];
    private int _steps;
    private int _frames;
    private bool _metCycle;
    private HoconField? _innermost;

    /// <summary>Resolves a tree.</summary>
    /// <param name="root">Root as parsed.</param>
    /// <param name="environment">Value of an environment variable, or <see langword="null"/>.</param>
    /// <param name="problems">Everything that could not be resolved; empty when the result is whole.</param>
    /// <returns>The values, or <see langword="null"/> when there are problems.</returns>
    public static HoconValue? Resolve(
        HoconNode root, Func<string, string?> environment, out ImmutableArray<HoconProblem> problems)
    {
        var resolver = new HoconResolver(environment);
        HoconValue? value = null;
        try
        {
            value = resolver.Resolve(root);
        }
        catch (HoconException fault)
        {
            resolver._problems.Add(fault.Problem);
        }

        problems = [.. resolver._problems.Distinct()];
        return problems.IsEmpty ? value : null;
    }

    private HoconValue? Resolve(HoconNode node)
    {
        Step(node.Origin);
        return node switch
        {
            LiteralNode literal => literal.Value,
            ArrayNode array => Bounded(
                new HoconArray([.. array.Items.Select(Resolve).OfType<HoconValue>()], array.Origin)),
            ObjectNode fields => ResolveFields(fields),
            SubstitutionNode substitution => ResolveSubstitution(substitution),
            ConcatenationNode concatenation => Join(concatenation),
            _ => null,
        };
    }

    private HoconObject ResolveFields(ObjectNode node)
    {
        var fields = new OrderedDictionary<string, HoconValue>(StringComparer.Ordinal);
        foreach (var (name, field) in node.Fields)
        {
            if (ResolveField(field) is { } value)
            {
                fields.Add(name, value);
            }
        }

        return Bounded(new HoconObject(fields, node.Origin));
    }

    // The final value of a field; of a field that is being resolved, the value of its older definitions.
    private HoconValue? ResolveField(HoconField field)
    {
        if (field.Active is { } active)
        {
            _metCycle = true;
            return ResolveLayers(field, active.Layer);
        }

        if (!field.IsResolved)
        {
            field.Resolved = ResolveLayers(field, field.Layers.Count);
            field.IsResolved = true;
        }

        return field.Resolved;
    }

    private HoconValue? ResolveLayers(HoconField field, int count)
    {
        HoconValue? top = null;
        for (var layer = count - 1; layer >= 0; layer--)
        {
            var value = Within(field, layer, () => Resolve(field.Layers[layer]));
            if (value is null)
            {
                continue;
            }

            if (top is HoconObject above)
            {
                if (value is not HoconObject below)
                {
                    break;
                }

                top = Bounded(below.With(above));
                continue;
            }

            top = value;
            if (value is not HoconObject)
            {
                break;
            }
        }

        return top;
    }

    // Marks the definition as active while it is worked on. An object's own fields are not "through" the field:
    // bar : { foo : 42, baz : ${bar.foo} } looks forward.
    private T Within<T>(HoconField field, int layer, Func<T> work)
    {
        if (++_frames > HoconLimits.SubstitutionDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw HoconCursor.Fault(
                field.Layers[layer].Origin,
                $"more than {HoconLimits.SubstitutionDepth} substitutions depend on one another");
        }

        var outer = (field.Active, _innermost);
        field.Active = new HoconFrame(layer, field.Layers[layer] is SubstitutionNode or ConcatenationNode);
        _innermost = field;
        var result = work();
        (field.Active, _innermost) = outer;
        _frames--;
        return result;
    }

    private HoconValue? ResolveSubstitution(SubstitutionNode node)
    {
        _metCycle = false;
        foreach (var place in node.Places)
        {
            var found = Find(place.Anchor, place.Path.AsSpan());
            if (found.Value is { } value)
            {
                return value;
            }
        }

        if (FromEnvironment(node) is { } variable)
        {
            return variable;
        }

        if (!node.IsOptional)
        {
            _problems.Add(_metCycle
                ? new HoconProblem(
                    node.Origin, $"${{{node.Name}}} refers to itself and has no earlier value", "break the cycle")
                : new HoconProblem(
                    node.Origin,
                    $"${{{node.Name}}} is defined nowhere, neither here nor in the environment",
                    $"define it, or write ${{?{node.Name}}} if it may be missing"));
        }

        return null;
    }

    private HoconValue? FromEnvironment(SubstitutionNode node)
    {
        if (!node.IsList)
        {
            return environment(node.Name) is { } text ? Variable(node.Name, text) : null;
        }

        var items = ImmutableArray.CreateBuilder<HoconValue>();
        while (environment($"{node.Name}_{items.Count}") is { } text && items.Count < HoconLimits.Values)
        {
            items.Add(Variable($"{node.Name}_{items.Count}", text));
        }

        return items.Count == 0 ? null : new HoconArray(items.ToImmutable(), items[0].Origin);
    }

    private static HoconText Variable(string name, string text)
        => new(text, HoconOrigin.Whole($"environment variable {name}"));

    private Lookup Find(ObjectNode start, ReadOnlySpan<string> path)
        => start.Fields.TryGetValue(path[0], out var field) ? Find(field, path[1..].ToArray()) : default;

    private Lookup Find(HoconField field, string[] rest)
    {
        Step(field.Layers[^1].Origin);
        if (rest.Length == 0)
        {
            return new Lookup(ResolveField(field), false);
        }

        // Following the field's own substitution: only what stood before it can be meant.
        var count = field.Active is { Through: true } active ? active.Layer : field.Layers.Count;
        _metCycle |= count < field.Layers.Count;
        var found = default(Lookup);
        for (var layer = count - 1; layer >= 0 && !found.IsFinal; layer--)
        {
            found = found.Over(FindInLayer(field, layer, rest));
        }

        return found;
    }

    private Lookup FindInLayer(HoconField field, int layer, string[] rest)
    {
        var node = field.Layers[layer];
        if (node is not ConcatenationNode concatenation)
        {
            return FindInPiece(field, layer, node, rest);
        }

        var found = default(Lookup);
        foreach (var piece in concatenation.Pieces.Reverse().Where(piece => piece is not BlankNode))
        {
            found = found.IsFinal ? found : found.Over(FindInPiece(field, layer, piece, rest));
        }

        return found;
    }

    private Lookup FindInPiece(HoconField field, int layer, HoconNode piece, string[] rest) => piece switch
    {
        ObjectNode inner => Find(inner, rest),
        SubstitutionNode substitution => Within(field, layer, () => FindThrough(substitution, rest)),
        _ => Lookup.Hidden,
    };

    private Lookup FindThrough(SubstitutionNode substitution, string[] rest)
    {
        var found = default(Lookup);
        foreach (var place in substitution.Places)
        {
            found = found.Value is null && !found.IsFinal ? Find(place.Anchor, [.. place.Path, .. rest]) : found;
        }

        return found;
    }

    private HoconValue? Join(ConcatenationNode node)
    {
        var pieces = new List<HoconValue>();
        var values = new List<HoconValue>();
        foreach (var piece in node.Pieces)
        {
            if (piece is BlankNode blank)
            {
                pieces.Add(new HoconText(blank.Text, blank.Origin));
            }
            else if (ResolvePiece(piece) is { } value)
            {
                pieces.Add(value);
                values.Add(value);
            }
        }

        if (values.Any(value => value is HoconArray))
        {
            return JoinArrays(node, values);
        }

        if (values.Any(value => value is HoconObject))
        {
            return JoinObjects(node, values);
        }

        return pieces.Count <= 1 ? pieces.FirstOrDefault() : JoinTexts(node, pieces);
    }

    // An object among the pieces is no longer the field's own value: its fields may look at the other pieces.
    private HoconValue? ResolvePiece(HoconNode piece)
    {
        if (piece is not ObjectNode || _innermost is not { Active: { } frame } field)
        {
            return Resolve(piece);
        }

        field.Active = frame with { Through = false };
        var value = Resolve(piece);
        field.Active = frame;
        return value;
    }

    private static HoconArray JoinArrays(ConcatenationNode node, List<HoconValue> values)
    {
        var items = ImmutableArray.CreateBuilder<HoconValue>();
        foreach (var value in values)
        {
            var array = value as HoconArray
                ?? (value as HoconObject)?.ToArray()
                ?? throw Mixed(node, value, "an array");
            items.AddRange(array.Items);
        }

        return Bounded(new HoconArray(items.ToImmutable(), node.Origin));
    }

    private static HoconObject JoinObjects(ConcatenationNode node, List<HoconValue> values)
    {
        var merged = new HoconObject([], node.Origin);
        foreach (var value in values)
        {
            merged = Bounded(merged.With(value as HoconObject ?? throw Mixed(node, value, "an object")));
        }

        return merged;
    }

    private static HoconText JoinTexts(ConcatenationNode node, List<HoconValue> values)
    {
        var text = new StringBuilder();
        foreach (var value in values)
        {
            text.Append(value.ScalarText);
            if (text.Length > HoconLimits.JoinedLength)
            {
                throw HoconCursor.Fault(
                    node.Origin, $"the joined text is longer than {HoconLimits.JoinedLength} characters");
            }
        }

        return new HoconText(text.ToString(), values[0].Origin);
    }

    private static HoconException Mixed(ConcatenationNode node, HoconValue value, string other)
        => HoconCursor.Fault(
            node.Origin,
            $"{value.Kind} ({value.Origin}) is joined with {other}",
            "put a comma or a line break between them");

    private static T Bounded<T>(T value)
        where T : HoconValue
    {
        if (value.Size > HoconLimits.Values || value.Depth > 2 * HoconLimits.Depth)
        {
            throw HoconCursor.Fault(
                value.Origin,
                $"the resolved value is too large: {value.Size} values, {value.Depth} levels; "
                    + $"the most is {HoconLimits.Values} values, {2 * HoconLimits.Depth} levels");
        }

        return value;
    }

    private void Step(HoconOrigin origin)
    {
        if (++_steps > HoconLimits.ResolveSteps)
        {
            throw HoconCursor.Fault(origin, $"resolving takes more than {HoconLimits.ResolveSteps} steps");
        }
    }

    /// <summary>What a search below a field has found so far, from the newest definition down.</summary>
    /// <param name="Value">The value; <see langword="null"/> when none was found yet.</param>
    /// <param name="IsHidden">Whether something that is no object hides the older definitions.</param>
    private readonly record struct Lookup(HoconValue? Value, bool IsHidden)
    {
        public static Lookup Hidden => new(null, true);

        public bool IsFinal => IsHidden || Value is not (null or HoconObject);

        public Lookup Over(Lookup older) => (Value, older.Value) switch
        {
            (null, _) => older,
            (HoconObject above, HoconObject below) => older with { Value = Bounded(below.With(above)) },
            (_, null) => this with { IsHidden = older.IsHidden },
            _ => this with { IsHidden = true },
        };
    }
}
