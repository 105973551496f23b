namespace TwinActors.Recording.Bags;

/// <summary>One file of a bag: an SQLite database or an MCAP file.</summary>
internal interface IBagFile : IDisposable
{
    /// <summary>Path of the file.</summary>
    string Path { get; }

    /// <summary>Its topics, each once, in order of name.</summary>
    IReadOnlyList<BagTopic> Topics { get; }

    /// <summary>Smallest log time [ns since 1970]; null without messages.</summary>
    long? FirstLogTimeNs { get; }

    /// <summary>Largest log time [ns since 1970]; null without messages.</summary>
    long? LastLogTimeNs { get; }

    /// <summary>What is missing or odd, in sentences for people; empty for a whole file.</summary>
    IReadOnlyList<string> Problems { get; }

    /// <summary>Its messages in order of log time, equal times in order of recording.</summary>
    /// <param name="wanted">Which of <see cref="Topics"/> to read.</param>
    /// <param name="window">Which log times to read.</param>
    /// <exception cref="BagFormatException">The file is damaged.</exception>
    IEnumerable<BagMessage> Read(IReadOnlySet<BagTopic> wanted, BagWindow window);
}
