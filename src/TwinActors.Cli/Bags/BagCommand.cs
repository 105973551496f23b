using System.CommandLine;
using TwinActors.Recording.Bags;

namespace TwinActors.Cli.Bags;

/// <summary><c>twin bag</c>: recordings of robots, without a node.</summary>
internal static class BagCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals) => new("bag", "Recordings: ROS 2 bags and MCAP files.")
    {
        BagSummaryCommand.Create(globals),
        BagCatCommand.Create(globals),
        BagCopyCommand.CreateFilter(globals),
        BagCopyCommand.CreateConvert(globals),
        BagPlayCommand.Create(globals),
    };

    /// <summary>The argument that names a bag.</summary>
    internal static Argument<string> FileArgument() => new("file")
    {
        Description = "A bag folder, or one .db3 or .mcap file.",
    };

    /// <summary>Opens a bag and says what is missing in it.</summary>
    /// <param name="path">The bag.</param>
    /// <param name="context">Where to say it.</param>
    /// <param name="byIndex">Whether the index of an MCAP file is enough.</param>
    internal static BagReader Open(string path, CommandContext context, bool byIndex = false)
    {
        var bag = BagReader.Open(path, byIndex);
        foreach (var problem in bag.Problems)
        {
            context.Terminal.Say(problem);
        }

        return bag;
    }
}
