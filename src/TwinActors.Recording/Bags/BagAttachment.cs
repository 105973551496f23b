using System.Collections.Immutable;

namespace TwinActors.Recording.Bags;

/// <summary>A file of another kind that an MCAP file carries.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MediaType">Its media type, for example <c>text/plain</c>; may be empty.</param>
/// <param name="LogTimeNs">When it was recorded [ns since 1970, recorder's clock].</param>
/// <param name="CreateTimeNs">When it was made [ns since 1970]; 0 when unknown.</param>
/// <param name="Size">Its size [byte].</param>
public sealed record BagAttachment(string Name, string MediaType, long LogTimeNs, long CreateTimeNs, long Size);

/// <summary>A named map of texts that an MCAP file carries.</summary>
/// <param name="Name">What it is about, for example <c>rosbag2</c>.</param>
/// <param name="Values">Texts by key.</param>
public sealed record BagMetadataEntry(string Name, ImmutableSortedDictionary<string, string> Values);
