using System.Diagnostics.CodeAnalysis;

namespace TwinActors.Robotics;

/// <summary>Identity of one robot, unique on a site; compared without case.</summary>
/// <remarks>
/// A letter, then up to 62 letters, digits, <c>_</c> or <c>-</c>: legal as a file name, in a URL and, with <c>-</c>
/// turned
/// into <c>_</c>, as a ROS name. <c>~</c> is reserved for replays and branches (<c>arm1~replay-3</c>) and refused here.
/// The default value is no identity: its <see cref="Value"/> is empty.
/// </remarks>
public readonly record struct RobotId
{
    /// <summary>Longest allowed identity [characters].</summary>
    public const int MaximumLength = 63;

    private readonly string? _value;

    private RobotId(string value) => _value = value;

    /// <summary>The identity as it was written.</summary>
    public string Value => _value ?? "";

    /// <summary>The identity as a ROS name: <c>-</c> becomes <c>_</c>. Two identities may share it; the registry
    /// refuses the second.</summary>
    public string RosName => Value.Replace('-', '_');

    /// <summary>The identity in lower case: equal for all spellings that are the same robot.</summary>
    public string Key => Value.ToLowerInvariant();

    /// <summary>Reads an identity.</summary>
    /// <param name="text">The text to read.</param>
    /// <param name="id">The identity, or the empty one when the text is refused.</param>
    /// <param name="problem">Why the text is refused, with the place, or <see langword="null"/>.</param>
    public static bool TryParse(
        [NotNullWhen(true)] string? text, out RobotId id, [NotNullWhen(false)] out string? problem)
    {
        id = default;
        problem = Problem(text);
        if (problem is not null)
        {
            return false;
        }

        id = new RobotId(text!);
        return true;
    }

    /// <summary>Reads an identity that is known to be good.</summary>
    /// <exception cref="FormatException">The text is refused; the message says where and why.</exception>
    public static RobotId Parse(string text) =>
        TryParse(text, out var id, out var problem) ? id : throw new FormatException(problem);

    /// <inheritdoc/>
    public bool Equals(RobotId other) => string.Equals(Value, other.Value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static string? Problem(string? text)
    {
        const string Rule = "A robot id is a letter followed by up to 62 letters, digits, '_' or '-'.";
        if (string.IsNullOrEmpty(text))
        {
            return $"The robot id is empty. {Rule}";
        }

        if (text.Length > MaximumLength)
        {
            return $"The robot id has {text.Length} characters; the most is {MaximumLength}. {Rule}";
        }

        for (var i = 0; i < text.Length; i++)
        {
            var legal = char.IsAsciiLetter(text[i])
                || (i > 0 && (char.IsAsciiDigit(text[i]) || text[i] is '_' or '-'));
            if (!legal)
            {
                return $"The robot id \"{Printable(text)}\" has {Name(text[i])} at character {i + 1}. {Rule}";
            }
        }

        return null;
    }

    private static string Name(char c) => char.IsControl(c) ? $"the control character U+{(int)c:X4}" : $"'{c}'";

    private static string Printable(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
}
