"""Completions for bash, zsh and fish: commands, options and fixed choices, without starting the program at each tab."""

from collections.abc import Sequence

from docs.generate.commands import PROGRAM, CommandHelp, Parameter

NOTE = "# Made by `make docs` from the command line's own definition."


def bash(commands: Sequence[CommandHelp]) -> str:
    """Return the completion for bash; where it knows nothing, bash completes files."""
    words, choices = [], []
    for one in commands:
        name = " ".join(one.words)
        offered = [*one.below, *(option for parameter in _options(one) for option in parameter.names)]
        words.append(f'        "{name}") offered="{" ".join(offered)}" ;;')
        for parameter in _options(one):
            if parameter.takes_value:
                pattern = "|".join(f'"{name} {option}"' for option in parameter.names)
                choices.append(f'        {pattern}) offered="{" ".join(parameter.choices)}" ;;')
    return f"""{NOTE}
_csat_tui() {{
    local command="" offered="" index
    for ((index = 1; index < COMP_CWORD; index++)); do
        case "${{command:+$command }}${{COMP_WORDS[index]}}" in
        {_patterns(commands, '"', "|")})
            command="${{command:+$command }}${{COMP_WORDS[index]}}" ;;
        esac
    done
    case "$command" in
{chr(10).join(words)}
    esac
    case "$command ${{COMP_WORDS[COMP_CWORD - 1]}}" in
{chr(10).join(choices)}
    esac
    COMPREPLY=($(compgen -W "$offered" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _csat_tui {PROGRAM}
"""


def zsh(commands: Sequence[CommandHelp]) -> str:
    """Return the completion for zsh."""
    below = {one.words: one for one in commands}
    parts, choices = [], []
    for one in commands:
        name = " ".join(one.words)
        names = [_quoted(f"{word}:{below[(*one.words, word)].summary}") for word in one.below]
        options = [_quoted(f"{option}:{parameter.help}") for parameter in _options(one) for option in parameter.names]
        parts.append(f'    "{name}") commands=({" ".join(names)})\n      options=({" ".join(options)}) ;;')
        for parameter in _options(one):
            if parameter.choices:
                pattern = "|".join(f'"{name} {option}"' for option in parameter.names)
                choices.append(f"    {pattern}) compadd -- {' '.join(parameter.choices)}; return ;;")
    return f"""#compdef {PROGRAM}
{NOTE}
_csat_tui() {{
  local command="" word
  local -a commands options
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    case "${{command:+$command }}$word" in
    {_patterns(commands, '"', "|")})
      command="${{command:+$command }}$word" ;;
    esac
  done
  case "$command ${{words[CURRENT-1]}}" in
{chr(10).join(choices)}
  esac
  case "$command" in
{chr(10).join(parts)}
  esac
  if [[ ${{words[CURRENT]}} == -* ]]; then
    _describe -o option options
  elif (( ${{#commands}} )); then
    _describe command commands
  else
    _files
  fi
}}
_csat_tui "$@"
"""


def fish(commands: Sequence[CommandHelp]) -> str:
    """Return the completion for fish."""
    below = {one.words: one for one in commands}
    lines = []
    for one in commands:
        condition = f"__csat_tui_at {_fish(' '.join(one.words))}"
        at = f"complete -c {PROGRAM} -n {_fish(condition)}"
        lines += [f"{at} -f -a {word} -d {_fish(below[(*one.words, word)].summary)}" for word in one.below]
        for parameter in _options(one):
            for option in parameter.names:
                form = f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
                takes = f" -x -a {_fish(' '.join(parameter.choices))}" if parameter.choices else " -r"
                lines.append(f"{at} {form}{takes if parameter.takes_value else ''} -d {_fish(parameter.help)}")
    return f"""{NOTE}
function __csat_tui_at --description 'Whether the command that is typed so far is this one'
    set -l command ''
    for word in (commandline -opc)[2..]
        switch (string trim -- "$command $word")
            case {_patterns(commands, "'", " ")}
                set command (string trim -- "$command $word")
        end
    end
    test "$command" = "$argv[1]"
end
{chr(10).join(lines)}
"""


def _options(command: CommandHelp) -> list[Parameter]:
    return [one for one in command.parameters if one.is_option]


def _patterns(commands: Sequence[CommandHelp], quote: str, between: str) -> str:
    return between.join(f"{quote}{' '.join(one.words)}{quote}" for one in commands if one.words)


def _quoted(text: str) -> str:
    """Return a text in a shell's single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"


def _fish(text: str) -> str:
    """Return a text in fish's single quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
