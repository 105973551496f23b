using System.Buffers.Binary;

namespace TwinActors.Recording.Mcap;

/// <summary>CRC-32 of zlib and IEEE 802.3 (reflected polynomial EDB88320), as MCAP uses it.</summary>
/// <remarks>Eight table look-ups take eight bytes a step (Kounavis and Berry, "slicing-by-8", 2008).</remarks>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[] Tables = BuildTables();

    /// <summary>Checksum of bytes that follow others with checksum <paramref name="before"/>; 0 for none.</summary>
    public static uint Append(uint before, ReadOnlySpan<byte> bytes)
    {
        var crc = ~before;
        while (bytes.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[0x700 + (int)(low & 0xFF)] ^ Tables[0x600 + (int)((low >> 8) & 0xFF)]
                ^ Tables[0x500 + (int)((low >> 16) & 0xFF)] ^ Tables[0x400 + (int)(low >> 24)]
                ^ Tables[0x300 + (int)(high & 0xFF)] ^ Tables[0x200 + (int)((high >> 8) & 0xFF)]
                ^ Tables[0x100 + (int)((high >> 16) & 0xFF)] ^ Tables[(int)(high >> 24)];
            bytes = bytes[8..];
        }

        foreach (var next in bytes)
        {
            crc = Tables[(byte)(crc ^ next)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] BuildTables()
    {
        var tables = new uint[8 * 256];
        for (var value = 0; value < 256; value++)
        {
            var crc = (uint)value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }

            tables[value] = crc;
        }

        for (var index = 256; index < tables.Length; index++)
        {
            var previous = tables[index - 256];
            tables[index] = (previous >> 8) ^ tables[previous & 0xFF];
        }

        return tables;
    }
}
