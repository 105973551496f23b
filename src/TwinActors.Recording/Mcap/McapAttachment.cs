using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Mcap;

/// <summary>An attachment and where its bytes begin in the file.</summary>
internal sealed record McapAttachment(BagAttachment Attachment, long DataOffset)
{
    /// <summary>Reads the fields before the bytes; the record's length is checked against the size declared.</summary>
    /// <param name="fields">The record's content, or at least what comes before the bytes.</param>
    /// <param name="offset">Where the content begins in the file.</param>
    public static McapAttachment Parse(ref McapFields fields, long offset)
    {
        var (logTime, createTime, name, mediaType) = (fields.Stamp(), fields.Stamp(), fields.Text(), fields.Text());
        var size = fields.Offset();
        return new McapAttachment(
            new BagAttachment(name, mediaType, logTime, createTime, size), offset + fields.Position);
    }
}
