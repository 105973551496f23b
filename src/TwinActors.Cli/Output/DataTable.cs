using Spectre.Console;
using Spectre.Console.Rendering;

namespace TwinActors.Cli.Output;

/// <summary>How much a cell should catch the eye: colour is for what is out of order.</summary>
internal enum Tone
{
    /// <summary>Ordinary.</summary>
    Plain,

    /// <summary>Background knowledge, as an absent value.</summary>
    Quiet,

    /// <summary>Look at it when there is time.</summary>
    Warning,

    /// <summary>Out of order.</summary>
    Bad,
}

/// <summary>One cell of a table; text turns into a plain one by itself.</summary>
/// <param name="Text">What it shows.</param>
/// <param name="Tone">How much it should catch the eye.</param>
internal readonly record struct Cell(string Text, Tone Tone = Tone.Plain)
{
    /// <summary>A plain cell, or a quiet one for the absent sign.</summary>
    public static implicit operator Cell(string text) => new(text, text == Figures.Absent ? Tone.Quiet : Tone.Plain);
}

/// <summary>A table of text without rulers: columns aligned by spaces, one line per row, never wrapped.</summary>
internal sealed class DataTable
{
    private readonly Table _table = new() { Border = TableBorder.None };

    /// <param name="headers">Column heads; a <c>#</c> at the end marks numbers, aligned to the right.</param>
    public DataTable(params ReadOnlySpan<string> headers)
    {
        foreach (var header in headers)
        {
            var isNumber = header.EndsWith('#');
            var head = PrintableText.Of(isNumber ? header[..^1] : header);
            _table.AddColumn(new TableColumn(new Text(head, Style(Tone.Quiet)))
            {
                NoWrap = true,
                Alignment = isNumber ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, 2, 0),
            });
        }
    }

    /// <summary>Adds a row; control characters in it are made visible.</summary>
    public DataTable Row(params ReadOnlySpan<Cell> cells)
    {
        var row = new IRenderable[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            row[i] = new Text(PrintableText.Of(cells[i].Text), Style(cells[i].Tone));
        }

        _table.AddRow(row);
        return this;
    }

    /// <summary>The table for a console.</summary>
    public IRenderable Renderable => _table;

    private static Style Style(Tone tone) => tone switch
    {
        Tone.Quiet => new Style(decoration: Decoration.Dim),
        Tone.Warning => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red, decoration: Decoration.Bold),
        _ => Spectre.Console.Style.Plain,
    };
}
