namespace TwinActors.Host.Configuration.Hocon;

/// <summary>How much one configuration may ask of the reader; beyond it the reader reports a problem.</summary>
internal static class HoconLimits
{
    /// <summary>
    /// Longest text of one file [UTF-16 units]: hundred times the largest configuration we know (63 kB).
    /// </summary>
    public const int TextLength = 6_400_000;

    /// <summary>Deepest nesting of objects, arrays and path elements; each level costs stack in the reader.</summary>
    public const int Depth = 100;

    /// <summary>Deepest chain of includes.</summary>
    public const int IncludeDepth = 32;

    /// <summary>Most files one configuration may include, directly or not.</summary>
    public const int IncludedFiles = 1_000;

    /// <summary>Longest chain of substitutions that refer to one another.</summary>
    public const int SubstitutionDepth = 256;

    /// <summary>Most steps spent on resolving; a chain of doubling substitutions needs 2^n of them.</summary>
    public const int ResolveSteps = 2_000_000;

    /// <summary>Most values in a resolved tree, counted as if shared values were copied.</summary>
    public const long Values = 1_000_000;

    /// <summary>Longest text that concatenation may build [UTF-16 units].</summary>
    public const int JoinedLength = 1_000_000;
}
