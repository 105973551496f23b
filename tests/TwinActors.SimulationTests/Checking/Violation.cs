namespace TwinActors.SimulationTests.Checking;

/// <summary>A promise that was broken.</summary>
/// <param name="Rule">Which one, in a few words.</param>
/// <param name="What">What was seen, with numbers.</param>
internal readonly record struct Violation(string Rule, string What)
{
    public override string ToString() => $"{Rule}: {What}";
}
