"""Typeset a PDF in a process of its own.

What customers wrote can bring the typesetter's native code to its end, and a long report takes memory that it would not
give back. Neither touches whoever wants the report, nor does what the typesetter prints.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

LONGEST = 600.0
"""Seconds for one report; 3,000 surveys take 30 at most."""


class PdfNotMade(Exception):
    """The typesetter came to no end; the text says so."""


@dataclass(frozen=True, slots=True)
class TypesettingJob:
    """What is to be typeset: the data of the template, and whether the machine's fonts are used beside its own."""

    report: Mapping[str, Any]
    paper: str
    made_at: int
    """Seconds since 1970; the PDF's date."""
    tags: bool
    machine_fonts: bool
    letters: str
    """All text from outside, to be looked for in the fonts."""


def typeset(job: TypesettingJob) -> tuple[bytes, Sequence[str]]:
    """Return the PDF, and what it cannot show. Raises PdfNotMade."""
    # Not from the folder in which somebody happens to be: there may be other modules of these names.
    command = [sys.executable, "-P", "-m", "csat_tui.reports.service_recovery.typesetting"]
    try:
        done = subprocess.run(  # noqa: S603 - this module
            command,
            input=json.dumps(asdict(job)).encode(),
            capture_output=True,
            check=False,
            timeout=LONGEST,
            env=os.environ | {"RUST_BACKTRACE": "0"},
        )
    except subprocess.TimeoutExpired:
        raise PdfNotMade(f"the typesetter needed more than {LONGEST:.0f} seconds") from None
    except OSError as error:
        raise PdfNotMade(f"the typesetter could not be started: {error.strerror}") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise PdfNotMade(f"the typesetter failed ({done.returncode}): {last[:200]}")
    head, _, content = done.stdout.partition(b"\n")
    return content, json.loads(head)


def _typeset_here() -> None:
    """Read a job from standard input, and write what is missing, and the PDF, to standard output."""
    from typst import Compiler, Fonts

    from csat_tui.reports.service_recovery.fonts import font_remarks

    job = TypesettingJob(**json.load(sys.stdin.buffer))
    fonts = Fonts(include_system_fonts=job.machine_fonts)
    remarks = font_remarks(job.letters, fonts)
    report = {**job.report, "remarks": [*job.report["remarks"], *remarks], "fonts": fonts.families()}
    template = (files(__package__) / "report.typ").read_bytes()
    inputs = {"report": json.dumps(report), "paper": job.paper}
    made = Compiler(template, font_paths=fonts, sys_inputs=inputs).compile(
        format="pdf", timestamp=job.made_at, pdf_tags=job.tags
    )
    if not isinstance(made, bytes):
        raise TypeError("the typesetter returns a PDF as bytes")
    sys.stdout.buffer.write(json.dumps(remarks).encode() + b"\n")
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    _typeset_here()
