using System.CommandLine;
using ExperimentRunner.Runner.Reporting;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner completion bash</c>: a script for a shell, by which it completes commands, runs, files and paths for <c>--set</c>.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # eval "$(runner completion bash)"
        _runner_complete() {
          local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]}
          local line=${COMP_LINE:0:COMP_POINT}
          [[ $word == = ]] && word=
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${line##* }"))
          if [[ ${line##* } == *[=:]* && $COMP_WORDBREAKS == *[=:]* ]]; then # bash cuts words there
            local before=${line##* } cut
            cut=${before%"${before##*[=:]}"}
            COMPREPLY=("${COMPREPLY[@]#"$cut"}")
          fi
          [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/] ]] && compopt -o nospace
        }
        complete -F _runner_complete runner ./runner

        """;

    private const string Zsh = """
        #compdef runner
        # eval "$(runner completion zsh)"
        _runner() {
          local -a found
          local line=${BUFFER[1,CURSOR]}
          found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          compadd -Q -S '' -- ${found:#}
        }
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
        compdef _runner runner

        """;

    private const string Fish = """
        # runner completion fish | source
        function __runner_complete
            set -l line (commandline -cp)
            runner "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null
        end
        complete -c runner -f -a '(__runner_complete)'

        """;

    private const string PowerShell = """
        # runner completion powershell | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName runner -ScriptBlock {
            param($word, $ast, $position)
            $line = $ast.ToString()
            if ($position -lt $line.Length) { $line = $line.Substring(0, $position) } else { $line = $line.PadRight($position) }
            runner "[suggest:$($line.Length)]" "$line" 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    internal static Command Make(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or powershell." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "powershell");
        var command = new Command("completion", "Print the script by which a shell completes commands, runs, files and paths for --set.") { shell };
        command.SetAction(parsed =>
        {
            terminal.PrintText(parsed.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => PowerShell });
            return ExitCodes.Done;
        });
        return command;
    }
}
