"""The freedesktop list of which program opens what (`mimeapps.list`): changed by one entry, all else byte for byte."""

from collections.abc import Callable

SECTION = "[Default Applications]"


def default_program(text: str, kind: str) -> str:
    """Return the program that opens a kind; empty where the list names none."""
    section = ""
    for line in text.split("\n"):
        if line.startswith("["):
            section = line.strip()
        elif section == SECTION and (programs := _programs(line, kind)):
            return programs[0]
    return ""


def with_default(text: str, kind: str, program: str) -> str:
    """Return the list with a program as the first for a kind; those that were named before stay behind it."""
    lines = text.split("\n")
    end = "\r" if "\r\n" in text else ""
    heads = [number for number, line in enumerate(lines) if line.strip() == SECTION]
    if not heads:
        tail = "" if not text or text.endswith("\n") else f"{end}\n"
        return f"{text}{tail}{SECTION}{end}\n{kind}={program};{end}\n"
    for number in range(heads[0] + 1, len(lines)):
        if lines[number].startswith("["):
            break
        if named := _programs(lines[number], kind):
            lines[number] = _entry(kind, [program, *(one for one in named if one != program)]) + end
            return "\n".join(lines)
    lines.insert(heads[0] + 1, f"{_entry(kind, [program])}{end}")
    return "\n".join(lines)


def without_program(text: str, kind: str, program: str) -> str:
    """Return the list in which a program opens a kind no more; a section that has nothing else in it goes as well."""
    lines = []
    for line in text.split("\n"):
        named = _programs(line, kind)
        if program not in named:
            lines.append(line)
        elif left := [one for one in named if one != program]:
            lines.append(_entry(kind, left) + ("\r" if line.endswith("\r") else ""))
    return "\n".join(_without_empty_section(lines)) if len(lines) < len(text.split("\n")) else "\n".join(lines)


def _without_empty_section(lines: list[str]) -> list[str]:
    is_head: Callable[[str], bool] = lambda line: line.startswith("[")  # noqa: E731
    for number, line in enumerate(lines):
        if line.strip() == SECTION:
            rest = lines[number + 1 :]
            until = next((place for place, one in enumerate(rest) if is_head(one)), len(rest))
            if not any(one.strip() for one in rest[:until]):
                return [*lines[:number], *(rest[until:] if until < len(rest) else [""])]
    return lines


def _programs(line: str, kind: str) -> list[str]:
    """Return the programs that a line names for a kind."""
    name, _, value = line.partition("=")
    return [one.strip() for one in value.split(";") if one.strip()] if name.strip() == kind else []


def _entry(kind: str, programs: list[str]) -> str:
    return f"{kind}={';'.join(programs)};"
