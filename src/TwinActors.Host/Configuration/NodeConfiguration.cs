using System.Collections.Immutable;
using TwinActors.Host.Configuration.Hocon;

namespace TwinActors.Host.Configuration;

/// <summary>What is laid over hocon/reference.conf, weakest first.</summary>
internal sealed record ConfigurationLayers
{
    /// <summary>File given by <c>--config</c>, or <see langword="null"/>.</summary>
    public string? File { get; init; }

    /// <summary>HOCON text of the environment variable <c>TWIN_CONFIG</c>, or <see langword="null"/>.</summary>
    public string? EnvironmentText { get; init; }

    /// <summary><c>path=value</c> of each <c>-D</c>, in order.</summary>
    public ImmutableArray<string> Overrides { get; init; } = [];

    /// <summary>Value of an environment variable for <c>${NAME}</c>, or <see langword="null"/>.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Name of the node when none is configured.</summary>
    public required string MachineName { get; init; }

    /// <summary>The environment of this process and nothing else.</summary>
    public static ConfigurationLayers OfProcess() => new()
    {
        EnvironmentText = System.Environment.GetEnvironmentVariable(NodeConfiguration.EnvironmentVariable),
        Environment = System.Environment.GetEnvironmentVariable,
        MachineName = System.Environment.MachineName,
    };
}

/// <summary>A node's checked configuration and the tree it came from.</summary>
/// <param name="Options">Typed and in range.</param>
/// <param name="Tree">Every value with the place it was written at; the root key is <c>twin</c>.</param>
internal sealed record NodeConfiguration(TwinOptions Options, HoconObject Tree)
{
    /// <summary>Holds HOCON text that is laid over the file.</summary>
    public const string EnvironmentVariable = "TWIN_CONFIG";

    private const string Reference = "reference.conf";

    /// <summary>Reads, merges, resolves and checks.</summary>
    /// <param name="layers">What is laid over the defaults.</param>
    /// <param name="problems">Everything that is wrong; empty when there is a result.</param>
    /// <returns>The configuration, or <see langword="null"/> when there are problems.</returns>
    public static NodeConfiguration? Load(ConfigurationLayers layers, out ImmutableArray<ConfigurationProblem> problems)
    {
        var found = new List<ConfigurationProblem>();
        var root = new ObjectNode(new HoconOrigin(Reference, 1, 1));
        ParseOver(root, new HoconSource(Reference, ReferenceText()), found);
        ParseFile(root, layers.File, found);
        ParseEnvironment(root, layers.EnvironmentText, found);
        foreach (var text in layers.Overrides)
        {
            ParseOverride(root, text, found);
        }

        var tree = found.Count == 0 ? Resolve(root, layers.Environment, found) : null;
        var options = tree is null ? null : new TwinOptionsBinder(layers.MachineName).Bind(tree, found);
        problems = [.. found];
        return found.Count == 0 ? new NodeConfiguration(options!, tree!) : null;
    }

    /// <summary>The text of hocon/reference.conf as it was when this program was built.</summary>
    public static string ReferenceText()
    {
        using var stream = typeof(NodeConfiguration).Assembly.GetManifestResourceStream(Reference)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static void ParseFile(ObjectNode root, string? file, List<ConfigurationProblem> problems)
    {
        if (file is null)
        {
            return;
        }

        try
        {
            ParseOver(root, HoconFiles.Read(file), problems);
        }
        catch (IOException fault)
        {
            problems.Add(ConfigurationProblem.Unreadable(file, fault));
        }
    }

    private static void ParseEnvironment(ObjectNode root, string? text, List<ConfigurationProblem> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return;
        }

        if (File.Exists(text))
        {
            var origin = HoconOrigin.Whole(EnvironmentVariable);
            problems.Add(new ConfigurationProblem(
                origin,
                $"{EnvironmentVariable} is the name of a file; it holds HOCON text. Use --config {text}, or set it to "
                    + $"include file(\"{text}\")."));
            return;
        }

        ParseOver(root, new HoconSource(EnvironmentVariable, text), problems);
    }

    // The value of -D path=value is HOCON; what is not, such as http://127.0.0.1:8050, is taken as text.
    private static void ParseOverride(ObjectNode root, string text, List<ConfigurationProblem> problems)
    {
        var split = text.IndexOf('=', StringComparison.Ordinal);
        var path = split < 0 ? text : text[..split];
        var source = new HoconSource($"-D {path}", text, HasLines: false);
        if (split < 0)
        {
            problems.Add(new ConfigurationProblem(
                HoconOrigin.Whole(source.Source), $"-D {text} has no value; write -D path=value."));
            return;
        }

        var value = text[(split + 1)..];
        var faults = new List<ConfigurationProblem>();
        ParseOver(root, source, faults);
        if (faults.Count > 0 && value.Length > 0 && !"{[\"$".Contains(value[0], StringComparison.Ordinal))
        {
            faults.Clear();
            ParseOver(root, source with { Text = $"{path}={HoconJson.Quote(value)}" }, faults);
        }

        problems.AddRange(faults);
    }

    private static void ParseOver(ObjectNode root, HoconSource source, List<ConfigurationProblem> problems)
    {
        try
        {
            HoconParser.ParseOver(root, source, HoconFiles.Find);
        }
        catch (HoconException fault)
        {
            problems.Add(ConfigurationProblem.Of(fault.Problem));
        }
    }

    private static HoconObject? Resolve(
        ObjectNode root, Func<string, string?> environment, List<ConfigurationProblem> problems)
    {
        var tree = HoconResolver.Resolve(root, environment, out var unresolved);
        problems.AddRange(unresolved.Select(ConfigurationProblem.Of));
        return tree as HoconObject;
    }
}
