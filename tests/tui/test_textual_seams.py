"""Textual's private parts are used in two modules, and a sentence names a part that a new Textual has removed."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from textual import strip as strips
from textual._compositor import Compositor
from textual.app import App
from textual.css.model import RuleSet
from textual.css.styles import Styles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver
from textual.message_pump import MessagePump
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import TextArea

import csat_tui.tui
from csat_tui.tui.base.textual_seams import STRIP_CACHES

HOME = Path(csat_tui.tui.__file__).parent
SEAMS = (HOME / "base" / "textual_seams.py", HOME / "base" / "textual_styles.py")

NEEDED: dict[str, tuple[type, str]] = {
    "_dispatch_message": (MessagePump, "an error in a handler is said in a sentence instead of ending the workstation"),
    "_refresh_layout": (Screen, "an error of a layout ends nothing"),
    "_flush_next_callbacks": (MessagePump, "an error of work between two messages ends nothing"),
    "_process_messages_loop": (MessagePump, "an error of idle work ends nothing"),
    "_tick": (Timer, "an error in a timer ends nothing"),
    "_repeat": (Timer, "the workstation says when it is idle"),
    "_interval": (Timer, "the workstation says when it is idle"),
    "_task": (Timer, "the workstation says when it is idle"),
    "_timers": (MessagePump, "the workstation says when it is idle"),
    "_layout_required": (Screen, "the workstation says when it is idle"),
    "_scroll_required": (Screen, "the workstation says when it is idle"),
    "_repaint_required": (Screen, "the workstation says when it is idle"),
    "_dirty_widgets": (Screen, "the workstation says when it is idle"),
    "_callbacks": (Screen, "the workstation says when it is idle"),
    "_screen_stacks": (App, "the words of every mode's screens are saved at an end"),
    "_driver": (App, "the command line says how the terminal has ended"),
    "_exception": (App, "the command line says which error has ended the workstation"),
    "_parse_cache": (Stylesheet, "the start and each change of colours parse every style sheet once"),
    "_require_parse": (Stylesheet, "sheets that are new on the screen are parsed before they are looked through"),
    "_invalid_css": (Stylesheet, "what a faulty sheet says is not used again"),
    "_variables": (Stylesheet, "the rules of other colours are not taken over"),
    "_EXCLUDE_PSEUDO_CLASSES_FROM_CACHE": (
        Stylesheet,
        "the rules of a node are looked through once, wherever the focus is",
    ),
    "_process_component_classes": (Stylesheet, "a key of the focus does not style every part of every field again"),
    "_get_component_classes": (DOMNode, "a key of the focus does not style every part of every field again"),
    "_component_styles": (DOMNode, "a key of the focus does not style every part of every field again"),
    "_attach": (DOMNode, "a key of the focus does not style every part of every field again"),
    "_parent": (DOMNode, "the rules of a node are looked through once for all that look alike"),
    "_id": (DOMNode, "the rules of a node are looked through once for all that look alike"),
    "_classes": (DOMNode, "the rules of a node are looked through once for all that look alike"),
    "_has_hover_style": (DOMNode, "the mouse over a node changes its style"),
    "_has_focus_within": (DOMNode, "the focus in a pane changes its frame"),
    "_has_order_style": (DOMNode, "a node is styled by its place among others"),
    "_has_odd_or_even": (DOMNode, "a node is styled by its place among others"),
    "_rules": (Styles, "a style that stays the same is not set again"),
    "_is_mounted": (DOMNode, "a style that stays the same is not set again"),
    "_nodes": (DOMNode, "a style that stays the same is not set again"),
    "_computes": (Widget, "what is stored is read without a search for four attributes"),
    "_check_bindings": (App, "a second key completes a sequence such as g o"),
    "_handle_exception": (App, "an error of drawing is said in a sentence"),
    "_dom_ready": (App, "an error before the first screen still ends the start"),
    "_fatal_error": (App, "no traceback with customers' texts is printed"),
    "_close_messages_no_wait": (App, "the workstation closes after an error that ends it"),
    "_registered_themes": (App, "a frame does not copy every theme for each line"),
    "_segments": (Strip, "a frame makes no caches that nobody uses"),
    "_cell_length": (Strip, "a frame makes no caches that nobody uses"),
    "_render_cache": (Strip, "a frame makes no caches that nobody uses"),
    "_link_ids": (Strip, "a frame makes no caches that nobody uses"),
    "_cell_count": (Strip, "a frame makes no caches that nobody uses"),
    "_compositor_refresh": (Screen, "a window is painted again only where what lies behind it has changed"),
    "_compositor": (Screen, "a window is painted again only where what lies behind it has changed"),
    "_dirty_regions": (Compositor, "a window is painted again only where what lies behind it has changed"),
    "_batch_count": (App, "nothing is painted that is thrown away"),
    "_on_screen_resume": (Screen, "a new screen is styled once and not four times before it is seen"),
    "_load_screen_css": (App, "a new screen is styled once and not four times before it is seen"),
    "_css_update_count": (Screen, "a new screen is styled once and not four times before it is seen"),
    "_get_breakpoint_classes": (Screen, "a new screen is styled once and not four times before it is seen"),
    "_set_dirty": (Screen, "a window is painted again only where what lies behind it has changed"),
    "_background_screens": (App, "a window is painted again only where what lies behind it has changed"),
    "_update_mouse_over": (App, "the mouse is followed behind a window, too"),
    "_file": (LinuxDriver, "a terminal that has gone away is noticed when it is written to"),
    "_writer_thread": (LinuxDriver, "nobody waits for a terminal that does not read"),
    "_queue": (WriterThread, "nobody waits for a terminal that does not read"),
    "_debug": (LinuxDriver, "keys are parsed as Textual parses them"),
    "_loop": (LinuxDriver, "an error of the reading thread reaches the app"),
    "_app": (LinuxDriver, "an error of the reading thread reaches the app"),
    "_run_input_thread": (LinuxDriver, "a terminal that has gone away ends the reading"),
    "_line_cache": (TextArea, "marks under words are drawn as soon as they change"),
    "_undo_batch": (TextArea, "undo leaves no line wrapped wrongly"),
    "_redo_batch": (TextArea, "redo leaves no line wrapped wrongly"),
    "_refresh_size": (TextArea, "the caret stays inside the text when undo makes it shorter"),
}
"""Each private attribute: whose it is, and what would no longer be so without it."""


def imports_of(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what is imported from a private place of Textual's, or under a private name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "textual":
            for alias in node.names:
                if any(part.startswith("_") for part in (*node.module.split("."), alias.name)):
                    yield node.module, alias.name


def private_attributes(tree: ast.AST) -> set[str]:
    """Return the private attributes that are read, written, called or overridden."""
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return {name for name in used if name.startswith("_") and not name.startswith("__")}


def has(owner: type, name: str) -> bool:
    """Whether a class of Textual's has an attribute, by itself or set in one of its methods."""
    sources = (inspect.getsource(one) for one in owner.__mro__ if one.__module__.startswith("textual"))
    return hasattr(owner, name) or any(f"self.{name}" in source for source in sources)


def modules() -> list[Any]:
    """Return both modules."""
    return [importlib.import_module(f"csat_tui.tui.base.{file.stem}") for file in SEAMS]


def trees() -> list[ast.AST]:
    """Return what both modules say."""
    return [ast.parse(file.read_text("utf-8")) for file in SEAMS]


@pytest.mark.parametrize(("module", "name"), [one for tree in trees() for one in imports_of(tree)])
def test_textual_still_has_what_is_imported(module: str, name: str) -> None:
    try:
        found = hasattr(importlib.import_module(module), name)
    except ImportError:
        found = False
    assert found, f"Textual {version('textual')} no longer has {module}.{name}, which a module of seams imports."


@pytest.mark.parametrize("name", NEEDED)
def test_textual_still_has_what_is_needed(name: str) -> None:
    owner, needed = NEEDED[name]
    assert has(owner, name), f"Textual {version('textual')} no longer has {owner.__name__}.{name}; by it {needed}."


def test_the_list_of_what_is_needed_is_whole() -> None:
    assert {name for tree in trees() for name in private_attributes(tree)} == set(NEEDED)


def test_an_overridden_method_takes_what_textuals_takes() -> None:
    for _, one in (member for seams in modules() for member in inspect.getmembers(seams, inspect.isclass)):
        for name in {*vars(one)} & {*NEEDED} if one.__module__ in {seams.__name__ for seams in modules()} else ():
            owner = NEEDED[name][0]
            if not callable(vars(one)[name]):
                continue
            ours, theirs = signature(vars(one)[name]), signature(_methods(owner)[name])
            assert ours == theirs, f"Textual {version('textual')} calls {owner.__name__}.{name} with {theirs}."


def signature(method: Any) -> list[str]:
    """Return the names of what a method takes."""
    return list(inspect.signature(method).parameters)


def _methods(owner: type) -> dict[str, object]:
    return {name: value for base in reversed(owner.__mro__) for name, value in vars(base).items()}


def test_a_strip_makes_each_cache_when_it_first_uses_it() -> None:
    strip = Strip([Segment("two words")])
    with pytest.raises(AttributeError):
        Strip._divide_cache.__get__(strip)
    assert strip.divide([4, 9]) is strip.divide([4, 9])
    assert Strip._divide_cache.__get__(strip)._maxsize == STRIP_CACHES["_divide_cache"]
    assert not hasattr(strip, "_no_cache")


def test_a_strip_has_all_that_textual_gives_it() -> None:
    given = dict(
        re.findall(r"self\.(_\w+): FIFOCache\[.+?\] = FIFOCache\((\d+)\)", inspect.getsource(strips), re.DOTALL)
    )
    assert {name: int(size) for name, size in given.items()} == STRIP_CACHES
    assert {*Strip.__slots__} == {*STRIP_CACHES, *(name for name, (owner, _) in NEEDED.items() if owner is Strip)}


def test_a_rule_of_a_sheet_is_still_known_by_its_identity() -> None:
    assert "def __hash__(self):\n        return id(self)" in inspect.getsource(RuleSet)
    assert RuleSet.__hash__ is object.__hash__


class Counted(Widget):
    kept: reactive[int] = reactive(3)
    twice: reactive[int] = reactive(0)

    def compute_twice(self) -> int:
        return 2 * self.kept


class CountedMore(Counted):
    def compute_kept(self) -> int:
        return 7


def test_a_watched_attribute_is_read_as_textual_reads_it() -> None:
    counted, more = Counted(), CountedMore()
    assert (counted.kept, counted.twice, more.kept, more.twice) == (3, 6, 7, 14)
    counted.kept = 5
    assert (counted.kept, counted.twice) == (5, 10)
    assert isinstance(Counted.kept, reactive)


def test_nothing_private_of_textuals_is_imported_elsewhere() -> None:
    for file in HOME.rglob("*.py"):
        if file not in SEAMS:
            found = list(imports_of(ast.parse(file.read_text("utf-8"))))
            assert not found, f"{file.relative_to(HOME)} imports {found}; that belongs into a module of seams."


def test_nothing_private_of_textuals_is_overridden_elsewhere() -> None:
    """A private name of ours that a base of Textual's has as well would change what Textual does, unseen."""
    for module in pkgutil.walk_packages(csat_tui.tui.__path__, "csat_tui.tui."):
        for _, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if one.__module__ != module.name or module.name in {seams.__name__ for seams in modules()}:
                continue
            theirs = {name for base in one.__mro__ if base.__module__.startswith("textual") for name in vars(base)}
            methods = {
                name for name, value in vars(one).items() if inspect.isfunction(value) or isinstance(value, property)
            }
            ours = {name for name in methods if name.startswith("_") and not name.startswith("__")}
            assert not (both := ours & theirs), f"{one.__module__}.{one.__qualname__} overrides {both} of Textual's."


def test_nothing_private_of_anothers_is_used_elsewhere() -> None:
    for file in HOME.rglob("*.py"):
        name = ".".join(("csat_tui.tui", *file.relative_to(HOME).with_suffix("").parts)).removesuffix(".__init__")
        for node in ast.parse(file.read_text("utf-8")).body if file not in SEAMS else ():
            ours = isinstance(node, ast.ClassDef) and not is_textuals(getattr(importlib.import_module(name), node.name))
            for used in (one for one in ast.walk(node) if isinstance(one, ast.Attribute) and one.attr in NEEDED):
                own = ours and isinstance(used.value, ast.Name) and used.value.id == "self"
                assert own, f"{file.relative_to(HOME)} uses {ast.unparse(used)}; that is Textual's."


def is_textuals(one: type) -> bool:
    """Whether a class is made from one of Textual's, so that its own private names meet Textual's."""
    return any(base.__module__.startswith("textual") for base in one.__mro__)
