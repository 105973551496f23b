using System.Collections.Immutable;
using TwinActors.Recording.Mcap;
using TwinActors.Recording.Rosbag2;

namespace TwinActors.Recording.Bags;

/// <summary>A ROS 2 bag or any MCAP file, opened for reading: what it holds, and its messages by log time.</summary>
/// <remarks>
/// <para>
/// Opening goes through every message once, so that counts, sizes and stamps are those of the messages and damage is
/// found before anything is used. Opened by its index, an MCAP file is only read where messages are asked for, and
/// damage is found when it is met. Nothing is ever written: an SQLite bag is opened read-only and immutable, so that no
/// file beside it is made or touched.
/// </para>
/// <para>
/// A file that was cut off (recorder killed, disk full) gives all its whole records, and <see cref="Problems"/> says
/// what is missing. One thread at a time.
/// </para>
/// </remarks>
public sealed class BagReader : IDisposable
{
    private readonly ImmutableArray<IBagFile> _files;
    private readonly bool _compressesMessages;

    private BagReader(string path, ImmutableArray<IBagFile> files, BagFolder folder)
    {
        Path = path;
        _files = files;
        _compressesMessages = folder.CompressesMessages;
        Problems = [.. folder.Problems, .. files.SelectMany(file => file.Problems)];
        Topics = [.. files.SelectMany(file => file.Topics)
            .GroupBy(topic => topic)
            .Select(same => same.Aggregate((sum, next) => sum.Plus(next)))
            .OrderBy(topic => topic.Name, StringComparer.Ordinal)];
    }

    /// <summary>The path that was opened.</summary>
    public string Path { get; }

    /// <summary>The files that were read, in order of their first message.</summary>
    public IReadOnlyList<string> Files => [.. _files.Select(file => file.Path)];

    /// <summary>All topics in order of name, those without messages included.</summary>
    public ImmutableArray<BagTopic> Topics { get; }

    /// <summary>What is missing or odd, in sentences for people; empty for a whole bag.</summary>
    public ImmutableArray<string> Problems { get; }

    /// <summary>Number of messages of all topics.</summary>
    public long MessageCount => Topics.Sum(topic => topic.MessageCount);

    /// <summary>Smallest log time [ns since 1970, recorder's clock]; null for an empty bag.</summary>
    public long? FirstLogTimeNs => _files.Select(file => file.FirstLogTimeNs).Aggregate((long?)null, BagTopic.Smaller);

    /// <summary>Largest log time [ns since 1970, recorder's clock]; null for an empty bag.</summary>
    public long? LastLogTimeNs => _files.Select(file => file.LastLogTimeNs).Aggregate((long?)null, BagTopic.Larger);

    /// <summary>Files of other kinds that MCAP files carry.</summary>
    public IReadOnlyList<BagAttachment> Attachments =>
        [.. _files.OfType<McapFile>().SelectMany(file => file.Attachments).Select(entry => entry.Attachment)];

    /// <summary>Named maps of texts that MCAP files carry.</summary>
    public IReadOnlyList<BagMetadataEntry> Metadata => [.. _files.OfType<McapFile>().SelectMany(file => file.Metadata)];

    /// <summary>Opens a bag folder, or one <c>.db3</c> or <c>.mcap</c> file.</summary>
    /// <param name="path">
    /// A folder: every file that its <c>metadata.yaml</c> names, or without one every bag file in it. A file: that file
    /// alone. The kind of a file is told by its first bytes, not by its name.
    /// </param>
    /// <param name="byIndex">Whether the index of an MCAP file is enough, where it has a whole one.</param>
    /// <exception cref="FileNotFoundException">Nothing is there, or no bag file in the folder.</exception>
    /// <exception cref="BagFormatException">A file is damaged, no bag, or its compression cannot be undone.</exception>
    public static BagReader Open(string path, bool byIndex = false)
    {
        var folder = BagFolder.Find(path);
        var files = new List<IBagFile>();
        try
        {
            foreach (var file in folder.Files)
            {
                files.Add(OpenFile(file, byIndex));
            }

            var ordered = files
                .OrderBy(file => file.FirstLogTimeNs)
                .ThenBy(file => file.Path, StringComparer.Ordinal);
            return new BagReader(path, [.. ordered], folder);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Reads messages in order of log time over all files, equal times in order of recording.</summary>
    /// <param name="wanted">Chooses topics; null for all.</param>
    /// <param name="window">Which log times to read; all by default. Chunks that lie outside are not read.</param>
    /// <exception cref="BagFormatException">A file was damaged after it had been opened.</exception>
    public IEnumerable<BagMessage> Read(Func<BagTopic, bool>? wanted = null, BagWindow window = default)
    {
        var chosen = Topics.Where(topic => wanted?.Invoke(topic) ?? true).ToDictionary(topic => topic);
        var open = new PriorityQueue<(IEnumerator<BagMessage> Messages, int File), (long, int)>();
        try
        {
            for (var index = 0; index < _files.Length; index++)
            {
                var own = _files[index].Topics.Where(topic => chosen.ContainsKey(topic)).ToHashSet();
                Advance(open, _files[index].Read(own, window).GetEnumerator(), index);
            }

            while (open.TryDequeue(out var next, out _))
            {
                var message = next.Messages.Current;
                yield return message with
                {
                    Topic = chosen[message.Topic],
                    Data = _compressesMessages
                        ? ChunkCompression.UnpackFrame(message.Data, _files[next.File].Path)
                        : message.Data,
                };
                Advance(open, next.Messages, next.File);
            }
        }
        finally
        {
            foreach (var (left, _) in open.UnorderedItems)
            {
                left.Messages.Dispose();
            }
        }
    }

    /// <summary>Opens the bytes of an attachment.</summary>
    /// <param name="attachment">One of <see cref="Attachments"/>.</param>
    /// <exception cref="ArgumentException">It is none of this bag.</exception>
    public Stream OpenAttachment(BagAttachment attachment)
    {
        foreach (var file in _files.OfType<McapFile>())
        {
            if (file.Attachments.FirstOrDefault(one => ReferenceEquals(one.Attachment, attachment)) is { } entry)
            {
                return file.Open(entry);
            }
        }

        throw new ArgumentException($"{attachment} is no attachment of {Path}.", nameof(attachment));
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private static void Advance(
        PriorityQueue<(IEnumerator<BagMessage> Messages, int File), (long, int)> open,
        IEnumerator<BagMessage> messages,
        int file)
    {
        if (messages.MoveNext())
        {
            open.Enqueue((messages, file), (messages.Current.LogTimeNs, file));
            return;
        }

        messages.Dispose();
    }

    private static IBagFile OpenFile(string path, bool byIndex)
    {
        Span<byte> start = stackalloc byte[16];
        using (var handle = File.OpenHandle(path))
        {
            start = start[..RandomAccess.Read(handle, start, 0)];
        }

        if (McapFile.HasMagic(start))
        {
            return McapFile.Open(path, byIndex);
        }

        if (SqliteBag.HasMagic(start))
        {
            return SqliteBag.Open(path);
        }

        throw new BagFormatException(path, 0, start switch
        {
            [] => "the file is empty; it should begin with the signature of an MCAP file or an SQLite database.",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "the whole file is compressed with zstd; unpack it first (zstd -d).",
            _ => "this is neither an MCAP file nor an SQLite database.",
        });
    }
}
