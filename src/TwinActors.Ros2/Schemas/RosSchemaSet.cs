using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace TwinActors.Ros2.Schemas;

/// <summary>Message types by name. Immutable: adding definitions gives a new set.</summary>
public sealed class RosSchemaSet
{
    /// <summary>Deepest nesting of messages taken.</summary>
    private const int DepthLimit = 64;

    private const string ResourcePrefix = "TwinActors.Ros2.Schemas.Definitions.";
    private const string HumbleResource = ResourcePrefix + "humble.msgs";

    private static readonly Lazy<RosSchemaSet> LazyStandard = new(LoadStandard);
    private static readonly Lazy<RosSchemaSet> LazyHumble = new(() => Standard.Add(null, Read(HumbleResource)));

    private readonly ImmutableDictionary<string, RosSchema> _schemas;

    private RosSchemaSet(ImmutableDictionary<string, RosSchema> schemas) => _schemas = schemas;

    /// <summary>The set without any type.</summary>
    public static RosSchemaSet Empty { get; } =
        new(ImmutableDictionary.Create<string, RosSchema>(StringComparer.Ordinal));

    /// <summary>The common message packages as ROS 2 Iron and later have them.</summary>
    /// <remarks>Package layouts are the same from Humble on, except that Iron shortened rmw_dds_common/msg/Gid to 16
    /// bytes.</remarks>
    public static RosSchemaSet Standard => LazyStandard.Value;

    /// <summary>As <see cref="Standard"/>, with the 24-byte rmw_dds_common/msg/Gid and the older Range of ROS 2
    /// Humble.</summary>
    public static RosSchemaSet Humble => LazyHumble.Value;

    /// <summary>All types, ordered by name.</summary>
    public IEnumerable<RosSchema> All => _schemas.Values.OrderBy(schema => schema.Name, StringComparer.Ordinal);

    /// <summary>The schema of a type, or null when this set does not have it.</summary>
    /// <param name="type">Type name, <c>sensor_msgs/msg/JointState</c> or <c>sensor_msgs/JointState</c>.</param>
    public RosSchema? Find(string type) =>
        RosNames.TryFullType(type, out var full) ? _schemas.GetValueOrDefault(full) : null;

    /// <summary>The schema of a type that must be there.</summary>
    /// <param name="type">Type name, two or three parts.</param>
    /// <exception cref="KeyNotFoundException">The set does not have the type.</exception>
    public RosSchema Get(string type) =>
        Find(type) ?? throw new KeyNotFoundException($"No definition of {type} is known; add its .msg text.");

    /// <summary>Reads a message definition with everything it refers to.</summary>
    /// <param name="type">Type that the text defines first; null when every definition follows a <c>MSG:</c>
    /// line.</param>
    /// <param name="text">
    /// <c>.msg</c> text, or several definitions joined as recordings store them (<c>ros2msg</c>). Definitions in the
    /// text win over those of this set; defaults of fields are read and ignored.
    /// </param>
    /// <param name="set">Receives this set with the new types, or null.</param>
    /// <param name="problems">Receives what is wrong; empty on success.</param>
    /// <remarks>The text may come from anyone: its length, nesting and array sizes are limited.</remarks>
    public bool TryAdd(
        string? type,
        string text,
        [NotNullWhen(true)] out RosSchemaSet? set,
        out ImmutableArray<RosTextProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = new List<RosTextProblem>();
        var definitions = RosMessageText.Read(type, text, found);
        var schemas = _schemas;
        if (found.Count == 0)
        {
            schemas = new Resolver(_schemas, definitions, found).Resolve();
        }

        problems = [.. found];
        set = found.Count == 0 ? new RosSchemaSet(schemas) : null;
        return set is not null;
    }

    /// <summary>Adds definitions that were read from files; what this set has already stays as it is.</summary>
    /// <param name="definitions">The definitions; of two with one name the first counts.</param>
    /// <param name="problems">Receives what is wrong.</param>
    internal RosSchemaSet AddOthers(List<RosMessageText.Definition> definitions, List<RosTextProblem> problems)
    {
        List<RosMessageText.Definition> others =
            [.. definitions.Where(definition => !_schemas.ContainsKey(definition.Name))];
        var schemas = new Resolver(_schemas, others, problems).Resolve();
        if (problems.Count == 0 && others.Count < definitions.Count)
        {
            RefuseDifferent(definitions, schemas, problems);
        }

        return new RosSchemaSet(schemas);
    }

    // A type of our own with another layout would leave every message of the usual one unread, or the other way round.
    private void RefuseDifferent(
        List<RosMessageText.Definition> definitions,
        ImmutableDictionary<string, RosSchema> known,
        List<RosTextProblem> problems)
    {
        var theirs = new Resolver(known, definitions, problems).Resolve();
        foreach (var definition in definitions.DistinctBy(definition => definition.Name))
        {
            if (_schemas.TryGetValue(definition.Name, out var ours)
                && theirs.TryGetValue(definition.Name, out var other)
                && other.TypeHash != ours.TypeHash
                && other.TypeHash != Humble.Find(ours.Name)?.TypeHash)
            {
                problems.Add(new(
                    0,
                    $"{ours.Name} is built in with the hash {ours.TypeHash}, and this file gives {other.TypeHash}: "
                    + "remove the file, or give the type another name",
                    0,
                    definition.Place.File));
            }
        }
    }

    /// <summary>As <see cref="TryAdd"/>, for text that is part of the program.</summary>
    /// <param name="type">Type that the text defines first, or null.</param>
    /// <param name="text">Definition text.</param>
    /// <exception cref="FormatException">The text has problems; the message lists them.</exception>
    public RosSchemaSet Add(string? type, string text) =>
        TryAdd(type, text, out var set, out var problems)
            ? set
            : throw new FormatException($"The definition is wrong: {string.Join("; ", problems)}.");

    private static RosSchemaSet LoadStandard()
    {
        var text = new StringBuilder();
        foreach (var name in typeof(RosSchemaSet).Assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (name.StartsWith(ResourcePrefix, StringComparison.Ordinal) && name != HumbleResource)
            {
                text.Append(Read(name)).Append('\n');
            }
        }

        return Empty.Add(null, text.ToString());
    }

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(RosSchemaSet).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    /// <summary>Turns definitions into schemas, nested ones first.</summary>
    private sealed class Resolver(
        ImmutableDictionary<string, RosSchema> known,
        List<RosMessageText.Definition> definitions,
        List<RosTextProblem> problems)
    {
        private readonly Dictionary<string, RosMessageText.Definition> _open = new(StringComparer.Ordinal);
        private readonly Dictionary<string, RosSchema> _done = new(StringComparer.Ordinal);
        private readonly HashSet<string> _path = new(StringComparer.Ordinal);

        public ImmutableDictionary<string, RosSchema> Resolve()
        {
            foreach (var definition in definitions)
            {
                // Recorders repeat a definition when two types need it; the first is as good as the second.
                _open.TryAdd(definition.Name, definition);
            }

            foreach (var definition in definitions)
            {
                Resolve(definition.Name);
            }

            return known.SetItems(_done);
        }

        private RosSchema? Resolve(string name)
        {
            if (_done.TryGetValue(name, out var done))
            {
                return done;
            }

            if (!_open.TryGetValue(name, out var definition))
            {
                return known.GetValueOrDefault(name);
            }

            if (_path.Count >= DepthLimit || !_path.Add(name))
            {
                problems.Add(definition.Place.Problem(
                    $"{name} contains itself, or messages nest deeper than {DepthLimit}"));
                return null;
            }

            var fields = ImmutableArray.CreateBuilder<RosField>(definition.Fields.Count);
            foreach (var field in definition.Fields)
            {
                if (Resolve(definition.Name, field) is { } resolved)
                {
                    fields.Add(resolved);
                }
            }

            _path.Remove(name);
            if (problems.Count > 0)
            {
                return null;
            }

            var schema = new RosSchema(name, fields.ToImmutable(), [.. definition.Constants]);
            _done.Add(name, schema);
            return schema;
        }

        private RosField? Resolve(string owner, RosMessageText.Field field)
        {
            RosSchema? message = null;
            if (field.MessageType is { } type)
            {
                var name = FullName(owner, type);
                var before = problems.Count;
                message = Resolve(name);
                if (message is null)
                {
                    if (problems.Count == before)
                    {
                        problems.Add(field.Place.Problem(
                            $"{owner}.{field.Name} is a {name}, which is not defined"));
                    }

                    return null;
                }
            }

            return new RosField(field.Name, field.Kind, field.Shape, field.Count, field.TextLimit, message);
        }

        private string FullName(string owner, string type)
        {
            if (RosNames.TryFullType(type, out var full))
            {
                return full;
            }

            var samePackage = $"{owner[..owner.IndexOf('/')]}/msg/{type}";
            var isHeader = type == "Header" && !_open.ContainsKey(samePackage) && !known.ContainsKey(samePackage);
            return isHeader ? "std_msgs/msg/Header" : samePackage;
        }
    }
}
