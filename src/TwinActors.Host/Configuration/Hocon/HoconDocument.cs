using System.Collections.Immutable;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>
/// A whole file of HOCON whose root may be an object or an array, such as the list given by <c>--robots</c>.
/// </summary>
internal static class HoconDocument
{
    /// <summary>Reads a file with its includes and resolves it against the environment of this process.</summary>
    /// <param name="file">File to read.</param>
    /// <param name="problems">Everything that is wrong; empty when there is a result.</param>
    /// <returns>The values, or <see langword="null"/> when there are problems.</returns>
    public static HoconValue? Read(string file, out ImmutableArray<ConfigurationProblem> problems)
    {
        try
        {
            var node = HoconParser.Parse(HoconFiles.Read(file), HoconFiles.Find, out _);
            var value = HoconResolver.Resolve(node, Environment.GetEnvironmentVariable, out var unresolved);
            problems = [.. unresolved.Select(ConfigurationProblem.Of)];
            return value;
        }
        catch (HoconException fault)
        {
            problems = [ConfigurationProblem.Of(fault.Problem)];
        }
        catch (IOException fault)
        {
            problems = [ConfigurationProblem.Unreadable(file, fault)];
        }

        return null;
    }
}
