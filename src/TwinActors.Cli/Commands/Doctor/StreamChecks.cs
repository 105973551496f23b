using TwinActors.Cli.Output;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Doctor;

/// <summary>Judges one stream of a robot; pure.</summary>
internal static class StreamChecks
{
    private const string JointStateType = "sensor_msgs/msg/JointState";

    // Below nine tenths of the expected rate something is slow; below half of it samples are missing.
    private const double RateToPass = 0.9;
    private const double RateToWarn = 0.5;
    private const double RateTooMuch = 1.1;

    /// <summary>Judges a stream: first whether anything comes, then how well.</summary>
    public static IEnumerable<Finding> Look(StreamDocument stream)
    {
        var check = $"stream {stream.Topic}";
        if (stream.State == "unmapped")
        {
            return
            [
                Finding.Warn(
                    check,
                    $"{stream.Type}: no stream takes this topic{Because(stream)}",
                    $"Take it when the robot is registered: --stream NAME={stream.Topic}:{stream.Type}"),
            ];
        }

        if (stream.Problem is { } problem)
        {
            return
            [
                Finding.Fail(
                    check,
                    $"{stream.Publishers} publishers, and one does not match: {problem}",
                    $"Change that policy of the publisher; 'ros2 topic info -v {stream.Topic}' shows both sides."),
            ];
        }

        return stream.Received is null or 0
            ? [Silent(check, stream)]
            : [Flow(check, stream), .. Mishaps(check, stream)];
    }

    private static Finding Silent(string check, StreamDocument stream)
    {
        if (stream.Publishers > 0)
        {
            return Finding.Fail(
                check,
                $"{stream.Publishers} publishers, and no sample has come",
                "The publisher is silent, or its data is blocked: a firewall lets discovery through and UDP data not.");
        }

        return stream.Type == JointStateType
            ? Finding.Fail(
                check,
                "nobody publishes it",
                "Start the robot's driver; for another topic register with --stream joints=/TOPIC.")
            : Finding.Unknown(
                check,
                $"nobody publishes it ({stream.Type})",
                "Right when the robot has no such sensor; --stream NAME=off leaves it out.");
    }

    private static Finding Flow(string check, StreamDocument stream)
    {
        if (stream.State == "stale")
        {
            return Finding.Fail(
                check,
                $"newest sample {Figures.Age(stream.AgeMs)} old",
                "The publisher stopped, or the network to it did.");
        }

        var rate = Figures.Rate(stream.RateHz);
        if (stream is not { RateHz: { } measured, ExpectedHz: { } expected and > 0 })
        {
            return Finding.Pass(check, $"{rate}, newest sample {Figures.Age(stream.AgeMs)} old");
        }

        var found = $"{rate}, expected {Figures.Rate(expected)}";
        return (measured / expected) switch
        {
            < RateToWarn => Finding.Fail(
                check, found, "Look at the publisher's rate and processor load, then at the network."),
            < RateToPass => Finding.Warn(
                check, found, "Look at the publisher's rate and processor load, then at the network."),
            > RateTooMuch => Finding.Warn(
                check,
                $"{found}, from {stream.Publishers} publishers",
                stream.Publishers > 1 ? "Stop all publishers but one." : "Correct the expected rate."),
            _ => Finding.Pass(check, found),
        };
    }

    private static IEnumerable<Finding> Mishaps(string check, StreamDocument stream)
    {
        if (stream.Lost > 0)
        {
            yield return Finding.Warn(
                check,
                $"{stream.Lost} samples lost beside {stream.Received} received",
                "Look at the network, and raise net.core.rmem_max when samples are large.");
        }

        if (stream.Reasons.Count == 0)
        {
            yield break;
        }

        var reasons = string.Join(", ", stream.Reasons
            .OrderByDescending(reason => reason.Value)
            .ThenBy(reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => $"{reason.Key} {reason.Value}"));
        var worst = stream.Reasons.MaxBy(reason => reason.Value).Key;
        var found = $"{stream.Rejected} of {stream.Received} samples rejected ({reasons})";
        yield return stream.Rejected >= stream.Received
            ? Finding.Fail(check, found, FixFor(worst))
            : Finding.Warn(check, found, FixFor(worst));
    }

    private static string FixFor(string reason) => reason switch
    {
        "unnamed" => "Joint states come without names: register with --joint-order, or let the driver name them.",
        "length" => "Names, positions, velocities and efforts of a joint state differ in number: correct the driver.",
        "malformed" => "The bytes do not fit the type: robot and node know different versions of the message.",
        "nan" => "The driver sends values that are no number; they count as absent.",
        "stamp_backwards" => "Stamps go backwards: two publishers, or a clock that was set.",
        _ => "Look at what the driver publishes: 'ros2 topic echo' beside 'twin joints'.",
    };

    private static string Because(StreamDocument stream) => stream.Problem is { } problem ? $": {problem}" : "";
}
