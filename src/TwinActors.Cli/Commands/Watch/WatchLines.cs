using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TwinActors.Cli.Output;

namespace TwinActors.Cli.Commands.Watch;

/// <summary>Writes samples for programs: one JSON object, or one line of columns, per sample.</summary>
internal static class WatchLines
{
    private const string StampFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>One sample as <c>{"robot", "at", "joints": {name: {"position", …}}}</c>; absent is null.</summary>
    public static string Json(string robot, WatchedRobot watched, WatchedSample sample)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("robot", robot);
            json.WriteString("at", Stamp(sample));
            json.WriteStartObject("joints");
            var next = 0;
            foreach (var joint in watched.Joints)
            {
                json.WriteStartObject(joint);
                foreach (var signal in watched.Signals)
                {
                    Write(json, signal.Name, sample.Values[next++]);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>Head of the columns, separated by tabs.</summary>
    public static string Heads(WatchedRobot watched) => string.Join('\t', watched.Joints
        .SelectMany(joint => watched.Signals.Select(signal => $"{PrintableText.Of(joint)}.{signal.Wire}"))
        .Prepend("at"));

    /// <summary>One sample as columns separated by tabs.</summary>
    public static string Columns(WatchedSample sample) =>
        string.Join('\t', sample.Values.Select(value => Figures.Quantity(value)).Prepend(Stamp(sample)));

    private static string Stamp(WatchedSample sample) =>
        sample.At.UtcDateTime.ToString(StampFormat, CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, string name, float? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
