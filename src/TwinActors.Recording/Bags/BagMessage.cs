namespace TwinActors.Recording.Bags;

/// <summary>One recorded message.</summary>
/// <param name="Topic">Its topic, one of <see cref="BagReader.Topics"/>.</param>
/// <param name="LogTimeNs">When the recorder took it [ns since 1970, recorder's clock].</param>
/// <param name="PublishTimeNs">When it was published [ns since 1970, publisher's clock]; null when absent.</param>
/// <param name="Data">
/// The bytes as recorded; for CDR with the four bytes of encapsulation header. They stay valid and unchanged after the
/// next message has been read.
/// </param>
/// <param name="Sequence">The publisher's counter as recorded; null when the format has none.</param>
public readonly record struct BagMessage(
    BagTopic Topic, long LogTimeNs, long? PublishTimeNs, ReadOnlyMemory<byte> Data, uint? Sequence = null);
