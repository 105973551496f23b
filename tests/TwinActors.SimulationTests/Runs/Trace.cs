using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TwinActors.SimulationTests.Runs;

/// <summary>What happened in a run, line by line: as a hash always, as text when somebody wants to read it.</summary>
/// <param name="time">The clock of the run.</param>
/// <param name="keepsLines">Whether the text is kept.</param>
internal sealed class Trace(Testing.ManualTimeProvider time, bool keepsLines)
{
    private const ulong Prime = 1099511628211;

    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>64-bit FNV-1a over all lines, a word at a time; equal for equal runs.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037;

    /// <summary>The lines, when they are kept.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Where work left the thread of the run, which makes it irreproducible; null: nowhere.</summary>
    public string? LeftThreadAt { get; private set; }

    /// <summary>Notes one line.</summary>
    public void Note(ref DefaultInterpolatedStringHandler line)
    {
        StayOnThread();
        var now = time.Elapsed;
        Mix((ulong)now.Ticks);
        Mix(line.Text);
        if (keepsLines)
        {
            Lines.Add($"{now.TotalSeconds,9:0.000000} {line.Text}");
        }

        line.Clear();
    }

    /// <summary>Everything happens on one thread: another one here is a fault of kernel or simulation.</summary>
    public void StayOnThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            LeftThreadAt ??= Environment.StackTrace;
        }
    }

    private void Mix(ReadOnlySpan<char> text)
    {
        var bytes = MemoryMarshal.AsBytes(text);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            Mix(word);
        }

        foreach (var rest in bytes[(words.Length * sizeof(ulong))..])
        {
            Mix(rest);
        }
    }

    private void Mix(ulong word) => Hash = (Hash ^ word) * Prime;
}
