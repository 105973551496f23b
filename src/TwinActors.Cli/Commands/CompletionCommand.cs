using System.CommandLine;

namespace TwinActors.Cli.Commands;

/// <summary><c>twin completion</c>: prints the script that lets a shell complete <c>twin</c>.</summary>
/// <remarks>Every script asks the program itself, by its <c>[suggest:position]</c> directive.</remarks>
internal static class CompletionCommand
{
    private const string Bash = """
        # twin completion for bash; load with: source <(twin completion bash)
        _twin() {
            local program="${COMP_WORDS[0]}" rest="${COMP_LINE#"${COMP_WORDS[0]}"}"
            local line="twin${rest}"
            local position=$((COMP_POINT - ${#program} + 4))
            local IFS=$'\n'
            local found="$("$program" "[suggest:${position}]" "$line" 2>/dev/null)"
            COMPREPLY=($(compgen -W "$found" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -F _twin twin
        """;

    private const string Zsh = """
        #compdef twin
        # twin completion for zsh; load with: source <(twin completion zsh)
        _twin() {
            local program="${words[1]}" line="twin ${(j: :)words[2,CURRENT]}"
            local -a found
            found=("${(@f)$("$program" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            compadd -- $found
        }
        compdef _twin twin
        """;

    private const string Fish = """
        # twin completion for fish; load with: twin completion fish | source
        function __twin_complete
            set -l words (commandline -opc)
            set -l line (string join ' ' -- twin $words[2..-1] (commandline -ct))
            $words[1] "[suggest:"(string length -- $line)"]" $line 2>/dev/null
        end
        complete -c twin -f -a '(__twin_complete)'
        """;

    private const string PowerShell = """
        # twin completion for PowerShell; load with: twin completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName twin -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $program = $commandAst.CommandElements[0].Value
            $line = "twin" + $commandAst.ToString().Substring($program.Length)
            $position = $cursorPosition - $program.Length + 4
            & $program "[suggest:$position]" $line.PadRight($position) 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "Shell to print the script for." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Print the script that lets a shell complete twin.") { shell };
        command.SetAction(parse =>
        {
            parse.InvocationConfiguration.Output.WriteLine(ScriptFor(parse.GetRequiredValue(shell)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string ScriptFor(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => PowerShell,
    };
}
