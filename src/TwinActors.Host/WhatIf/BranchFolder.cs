using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;
using TwinActors.Robotics;

namespace TwinActors.Host.WhatIf;

/// <summary>The branches of one robot: a folder with two files each, what was asked and became of it, and the
/// trajectory.</summary>
/// <param name="path">The folder; it may not be there yet.</param>
internal sealed class BranchFolder(string path)
{
    /// <summary>Most branches of a robot: who wants another one deletes one.</summary>
    public const int MostBranches = 100;

    private const string Extension = ".json";
    private const string TrajectoryExtension = ".trajectory";
    private const string IdFormat = "yyyyMMdd'T'HHmmss'.'fff'Z'";

    /// <summary>The folder of a robot.</summary>
    public static BranchFolder Of(string root, RobotId robot) => new(Path.Combine(root, robot.Key));

    /// <summary>Ids of the branches, the oldest first.</summary>
    public string[] Ids => Directory.Exists(path)
        ? [.. Directory.EnumerateFiles(path, $"*{Extension}").Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(IsId).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>An id that no branch has: the time, or the next millisecond that is free.</summary>
    public string NewId(DateTimeOffset now)
    {
        while (File.Exists(FileOf(Id(now), Extension)))
        {
            now = now.AddMilliseconds(1);
        }

        return Id(now);
    }

    /// <summary>Reads a branch; null when there is none of this id.</summary>
    public BranchDocument? Find(string id) => Read(id, Extension, ContractsJson.Default.BranchDocument);

    /// <summary>Reads the trajectory of a branch; null when there is none.</summary>
    public BranchTrajectoryDocument? FindTrajectory(string id) =>
        Read(id, TrajectoryExtension, ContractsJson.Default.BranchTrajectoryDocument);

    /// <summary>Writes a branch so that a crash leaves the old or the new one, and its trajectory before it.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Save(BranchDocument branch, BranchTrajectoryDocument? trajectory = null)
    {
        Directory.CreateDirectory(path);
        if (trajectory is not null)
        {
            Write(FileOf(branch.Id, TrajectoryExtension), trajectory, ContractsJson.Default.BranchTrajectoryDocument);
        }

        Write(FileOf(branch.Id, Extension), branch, ContractsJson.Default.BranchDocument);
    }

    /// <summary>Deletes a branch.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Delete(string id)
    {
        if (!IsId(id) || !File.Exists(FileOf(id, Extension)))
        {
            return false;
        }

        File.Delete(FileOf(id, Extension));
        File.Delete(FileOf(id, TrajectoryExtension));
        return true;
    }

    private T? Read<T>(string id, string extension, JsonTypeInfo<T> type)
        where T : class
    {
        // An id is a time and nothing else, such as a path.
        if (!IsId(id) || !File.Exists(FileOf(id, extension)))
        {
            return null;
        }

        try
        {
            using var file = File.OpenRead(FileOf(id, extension));
            return JsonSerializer.Deserialize(file, type);
        }
        catch (JsonException damaged)
        {
            throw new IOException($"{FileOf(id, extension)} is damaged: {damaged.Message} Delete the branch.", damaged);
        }
    }

    private static void Write<T>(string file, T value, JsonTypeInfo<T> type)
    {
        var unfinished = $"{file}.part";
        using (var stream = File.Create(unfinished))
        {
            JsonSerializer.Serialize(stream, value, type);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file, overwrite: true);
    }

    private string FileOf(string id, string extension) => Path.Combine(path, id + extension);

    private static string Id(DateTimeOffset at) =>
        at.ToUniversalTime().ToString(IdFormat, System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsId(string id) => DateTimeOffset.TryParseExact(
        id, IdFormat, System.Globalization.CultureInfo.InvariantCulture,
        System.Globalization.DateTimeStyles.AssumeUniversal, out _);
}
