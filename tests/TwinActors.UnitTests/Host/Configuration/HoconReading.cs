using System.Collections.Immutable;
using TwinActors.Host.Configuration.Hocon;

namespace TwinActors.UnitTests.Host.Configuration;

/// <summary>Reads HOCON in a test: parse, resolve, write as JSON.</summary>
internal static class HoconReading
{
    public const string FileName = "test.conf";

    /// <summary>The text as JSON; throws the first problem.</summary>
    public static string Json(string text, FindHoconInclude? find = null, Func<string, string?>? environment = null)
        => HoconJson.Render(Read(text, find, environment));

    public static HoconValue Read(string text, FindHoconInclude? find = null, Func<string, string?>? environment = null)
        => Read(new HoconSource(FileName, text), find ?? (_ => []), environment);

    public static HoconValue Read(HoconSource source, FindHoconInclude find, Func<string, string?>? environment = null)
    {
        var node = HoconParser.Parse(source, find, out _);
        var value = HoconResolver.Resolve(node, environment ?? (_ => null), out var problems);
        return value ?? throw new HoconException(problems[0]);
    }

    /// <summary>Includes that come from texts by name.</summary>
    public static FindHoconInclude Files(params (string Name, string Text)[] files)
        => include => [.. files
            .Where(file => file.Name == include.Name)
            .Select(file => new HoconSource(file.Name, file.Text))];

    /// <summary>The problem that the text has.</summary>
    public static string Problem(string text, FindHoconInclude? find = null)
        => Xunit.Assert.Throws<HoconException>(() => Read(text, find)).Message;

    public static ImmutableArray<HoconProblem> Problems(string text)
    {
        HoconResolver.Resolve(
            HoconParser.Parse(new HoconSource(FileName, text), _ => [], out _), _ => null, out var problems);
        return problems;
    }
}
