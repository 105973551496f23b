using System.Collections.Immutable;

namespace TwinActors.Host.Configuration;

/// <summary>The part of a command line that concerns configuration.</summary>
/// <param name="Layers">What the command line and this process's environment lay over the defaults.</param>
/// <param name="Others">The other arguments, in order.</param>
internal sealed record ConfigurationArguments(ConfigurationLayers Layers, ImmutableArray<string> Others)
{
    /// <summary>
    /// Takes <c>--config FILE</c>, <c>-D path=value</c>, and the short forms <c>--data DIR</c> and
    /// <c>--urls URL[;URL]</c> of two keys. <c>--name=value</c> and <c>-Dpath=value</c> are understood too. Later
    /// arguments win.
    /// </summary>
    /// <param name="arguments">Arguments of the program.</param>
    /// <param name="process">Layers of this process, <see cref="ConfigurationLayers.OfProcess"/>.</param>
    /// <param name="problem">What is wrong with the command line, or <see langword="null"/>.</param>
    public static ConfigurationArguments Read(
        IReadOnlyList<string> arguments, ConfigurationLayers process, out string? problem)
    {
        problem = null;
        var file = process.File;
        var overrides = process.Overrides.ToBuilder();
        var others = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = Split(arguments[i]);
            if (name is not ("--config" or "-D" or "--data" or "--urls"))
            {
                others.Add(arguments[i]);
                continue;
            }

            if (value is null && ++i == arguments.Count)
            {
                problem = $"{name} needs a value.";
                break;
            }

            value ??= arguments[i];
            switch (name)
            {
                case "--config":
                    file = value;
                    break;
                case "-D":
                    overrides.Add(value);
                    break;
                case "--data":
                    overrides.Add($"twin.node.data-directory={Hocon.HoconJson.Quote(value)}");
                    break;
                default:
                    overrides.Add(
                        $"twin.node.urls=[{string.Join(',', value.Split(';').Select(Hocon.HoconJson.Quote))}]");
                    break;
            }
        }

        return new ConfigurationArguments(
            process with { File = file, Overrides = overrides.ToImmutable() }, others.ToImmutable());
    }

    private static (string Name, string? Value) Split(string argument)
    {
        if (argument.StartsWith("-D", StringComparison.Ordinal) && argument.Length > 2)
        {
            return ("-D", argument[2..]);
        }

        var split = argument.IndexOf('=', StringComparison.Ordinal);
        return argument.StartsWith("--", StringComparison.Ordinal) && split > 0
            ? (argument[..split], argument[(split + 1)..])
            : (argument, null);
    }
}
