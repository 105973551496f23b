using System.Text.Json;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;
using TwinActors.Robotics;

namespace TwinActors.Cli.Commands.Robots;

/// <summary>Reads a file of robots to register: a JSON array of the bodies of <c>POST /robots</c>.</summary>
internal static class RobotsFile
{
    /// <summary>Reads the file and checks every id.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stopping">Stops the reading.</param>
    /// <exception cref="CliException">The file is not such an array; the message says where.</exception>
    public static async Task<IReadOnlyList<RegisterRobotRequest>> ReadAsync(string path, CancellationToken stopping)
    {
        var text = await File.ReadAllBytesAsync(path, stopping).ConfigureAwait(false);
        var requests = Parse(path, text);
        var problems = requests.Select((request, index) => Problem(request, index, requests)).OfType<string>().ToList();
        if (problems.Count > 0)
        {
            var lines = problems.Select(problem => $"{path}: {problem}");
            throw new CliException(ExitCode.Failure, string.Join('\n', lines), "Nothing was sent.");
        }

        return requests;
    }

    private static IReadOnlyList<RegisterRobotRequest> Parse(string path, byte[] text)
    {
        try
        {
            var requests = JsonSerializer.Deserialize(text, ContractsJson.Default.IReadOnlyListRegisterRobotRequest);
            return requests is { Count: > 0 }
                ? requests
                : throw new CliException(ExitCode.Failure, $"{path} holds no robot.");
        }
        catch (JsonException failure)
        {
            throw new CliException(
                ExitCode.Failure,
                $"{path}:{failure.LineNumber + 1}:{failure.BytePositionInLine + 1}: {failure.Message}",
                """It is an array of the bodies of POST /api/v1/robots: [{"id": "arm1", "model": "arm6"}, …].""");
        }
    }

    private static string? Problem(RegisterRobotRequest request, int index, IReadOnlyList<RegisterRobotRequest> all)
    {
        if (!RobotId.TryParse(request.Id, out var id, out var problem))
        {
            return $"robot {index + 1}: {problem}";
        }

        var earlier = all.Take(index).ToList()
            .FindIndex(other => string.Equals(other.Id, id.Value, StringComparison.OrdinalIgnoreCase));
        return earlier < 0 ? null : $"robot {index + 1}: \"{id}\" is the id of robot {earlier + 1} too.";
    }
}
