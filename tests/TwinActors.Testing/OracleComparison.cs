using System.Text.Json;
using System.Text.Json.Nodes;

namespace TwinActors.Testing;

/// <summary>Compares decoded messages with those of a <see cref="BagOracle"/>.</summary>
public static class OracleComparison
{
    // What the reference data does to long values.
    private const int LongArray = 1100;
    private const int CutArray = 64;
    private const int CutText = 200;

    /// <summary>Where a message differs from the oracle's, one line per place; empty when it does not.</summary>
    /// <param name="expected">The oracle's value; NaN and infinities are text.</param>
    /// <param name="actual">Our value; a number that is not finite is text or, from the API, null.</param>
    /// <param name="tolerance">Largest accepted difference of numbers, relative to 1 or their size.</param>
    public static IReadOnlyList<string> Differences(JsonElement expected, JsonNode? actual, double tolerance = 1e-9)
    {
        var differences = new List<string>();
        Compare(expected, actual, tolerance, "", differences);
        return differences;
    }

    /// <summary>Whether two numbers are the same within a tolerance relative to 1 or their size.</summary>
    public static bool IsNear(double expected, double actual, double tolerance) =>
        Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected));

    /// <summary>The joints of an oracle's JointState, by place; what the message does not tell is null.</summary>
    /// <param name="message">A decoded <c>sensor_msgs/msg/JointState</c>.</param>
    public static IReadOnlyList<OracleJoint> Joints(JsonElement message)
    {
        var names = message.GetProperty("name");
        var count = Math.Max(names.GetArrayLength(), message.GetProperty("position").GetArrayLength());
        return [.. Enumerable.Range(0, count).Select(i => new OracleJoint(
            i < names.GetArrayLength() ? names[i].GetString() : null,
            Finite(message.GetProperty("position"), i),
            Finite(message.GetProperty("velocity"), i),
            Finite(message.GetProperty("effort"), i)))];
    }

    private static double? Finite(JsonElement values, int index) =>
        index < values.GetArrayLength() && values[index].ValueKind == JsonValueKind.Number
            ? values[index].GetDouble()
            : null;

    private static void Compare(
        JsonElement expected, JsonNode? actual, double tolerance, string path, List<string> differences)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object when actual is JsonObject message:
                foreach (var field in expected.EnumerateObject())
                {
                    Compare(field.Value, message[field.Name], tolerance, $"{path}.{field.Name}", differences);
                }

                return;
            case JsonValueKind.Array when actual is JsonArray values && HasLength(expected, values.Count):
                for (var i = 0; i < Math.Min(values.Count, values.Count > LongArray ? CutArray : int.MaxValue); i++)
                {
                    Compare(expected[i], values[i], tolerance, $"{path}[{i}]", differences);
                }

                return;
            default:
                if (!IsSame(expected, actual as JsonValue, tolerance))
                {
                    differences.Add($"{path}: {expected} in the oracle, {actual?.ToJsonString() ?? "absent"} here");
                }

                return;
        }
    }

    private static bool HasLength(JsonElement expected, int count) =>
        expected.GetArrayLength() == count || (count > LongArray && expected.GetArrayLength() >= CutArray);

    private static bool IsSame(JsonElement expected, JsonValue? actual, double tolerance) => expected.ValueKind switch
    {
        JsonValueKind.Number => Number(actual) is { } number && IsNear(expected.GetDouble(), number, tolerance),
        JsonValueKind.True or JsonValueKind.False => actual is not null && actual.TryGetValue<bool>(out var flag)
            && flag == expected.GetBoolean(),
        JsonValueKind.String => IsSameText(expected.GetString()!, actual),
        _ => false,
    };

    private static bool IsSameText(string expected, JsonValue? actual)
    {
        if (actual is null)
        {
            return expected is "NaN" or "Infinity" or "-Infinity";
        }

        if (!actual.TryGetValue<string>(out var text))
        {
            return false;
        }

        var isCut = text.Length > CutText;
        return text == expected || (isCut && expected.StartsWith(text[..CutText], StringComparison.Ordinal));
    }

    // A value that was made from a float or an integer only answers to its own type.
    private static double? Number(JsonValue? value) => value switch
    {
        null => null,
        _ when value.TryGetValue<double>(out var number) => number,
        _ when value.TryGetValue<float>(out var single) => single,
        _ when value.TryGetValue<int>(out var signed) => signed,
        _ when value.TryGetValue<uint>(out var unsigned) => unsigned,
        _ when value.TryGetValue<byte>(out var octet) => octet,
        _ when value.TryGetValue<long>(out var wide) => wide,
        _ => null,
    };
}

/// <summary>One joint of an oracle's message.</summary>
/// <param name="Name">Joint name; null when the message names none.</param>
/// <param name="Position">Position [rad or m]; null when absent or not finite.</param>
/// <param name="Velocity">Velocity [rad/s or m/s]; null when absent or not finite.</param>
/// <param name="Effort">Effort [N·m or N]; null when absent or not finite.</param>
public sealed record OracleJoint(string? Name, double? Position, double? Velocity, double? Effort);
