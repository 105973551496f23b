using Spectre.Console;

namespace TwinActors.Cli.Output;

/// <summary>Where a command writes: data to standard output, words to standard error.</summary>
internal sealed class Terminal
{
    // Wide enough for any row: a table that goes to a file or a pipe is never wrapped.
    private const int UnboundedWidth = 4096;

    private readonly TextWriter _error;

    /// <param name="output">Receives data.</param>
    /// <param name="error">Receives words.</param>
    /// <param name="isInteractive">Whether a person looks at <paramref name="output"/>.</param>
    /// <param name="colour">Whether colour is welcome.</param>
    public Terminal(TextWriter output, TextWriter error, bool isInteractive, bool colour)
    {
        Output = output;
        _error = error;
        IsInteractive = isInteractive;
        HasColour = isInteractive && colour;
    }

    /// <summary>Receives data.</summary>
    public TextWriter Output { get; }

    /// <summary>Whether a person looks at the output.</summary>
    public bool IsInteractive { get; }

    /// <summary>Whether tables may use colour.</summary>
    public bool HasColour { get; }

    /// <summary>A console on standard output, for a view that redraws itself.</summary>
    public IAnsiConsole Screen() => Console(Output, IsInteractive);

    /// <summary>Writes a table to standard output.</summary>
    public void Write(DataTable table)
    {
        if (HasColour)
        {
            var console = Console(Output, hasAnsi: true);
            console.Profile.Width = UnboundedWidth;
            console.Write(table.Renderable);
            return;
        }

        using var text = new StringWriter();
        var plain = Console(text, hasAnsi: false);
        plain.Profile.Width = UnboundedWidth;
        plain.Write(table.Renderable);
        foreach (var line in text.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n'))
        {
            Output.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>Writes one JSON document to standard output.</summary>
    public void WriteJson(string json) => Output.WriteLine(json);

    /// <summary>Writes one line of data for people to standard output, without what could move the cursor.</summary>
    public void WriteLine(string line) => Output.WriteLine(PrintableText.Of(line));

    /// <summary>Writes words for people to standard error.</summary>
    public void Say(string words) => _error.WriteLine(PrintableText.Lines(words));

    private IAnsiConsole Console(TextWriter writer, bool hasAnsi) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = hasAnsi ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = HasColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        Interactive = IsInteractive ? InteractionSupport.Yes : InteractionSupport.No,
    });
}
