"""Styles that were found once and are used again are those that Textual would find anew."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textual.css.styles import RulesMap, Styles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.widgets import Input

from csat_tui.tui.base.textual_seams import AppSeams
from tests.tui.desk_fixture import settled, workstation
from tests.tui.triage_steps import SIZE


class Found(Stylesheet):
    """Says what Textual finds for a node, and gives it to none."""

    found: Any = None

    @classmethod
    def replace_rules(cls, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:
        cls.found = rules

    def _process_component_classes(self, node: DOMNode) -> None:
        pass

    def of(self, node: DOMNode) -> RulesMap:
        """Return the rules of a node."""
        Found.found = {}
        self.apply(node)
        styles = Styles()
        for name, value in Found.found.items():
            setattr(styles, name, value)
        return styles.get_rules()


def nodes(app: AppSeams) -> Iterator[DOMNode]:
    """Give every node of the screen, and what of it is drawn by a class."""
    for node in app.screen.walk_children(with_self=True):
        yield node
        yield from (styles.node for styles in node._component_styles.values())


def wrongly_styled(app: AppSeams) -> list[str]:
    """Name the nodes that Textual would style otherwise."""
    sheets = Found(variables=app.stylesheet._variables)
    for place, source in app.stylesheet.source.items():
        sheets.add_source(source.content, place, source.is_defaults, source.tie_breaker, source.scope)
    wrong = []
    for node in nodes(app):
        given, found = (
            {key: getattr(value, "name", value) for key, value in rules.items()}
            for rules in (node.styles.base.get_rules(), sheets.of(node))
        )
        other = {name for name in given.keys() | found.keys() if given.get(name) != found.get(name)}
        if other:
            wrong.append(
                f"{node}: " + ", ".join(f"{one} {given.get(one)}, not {found.get(one)}" for one in sorted(other))
            )
    return wrong


async def test_whatever_is_done_all_is_styled_as_textual_would_style_it(tmp_path: Path) -> None:
    """Twice: what the first app has found is used by the second one from its start."""
    for round_ in ("first", "second"):
        (folder := tmp_path / round_).mkdir()
        with workstation(folder) as app:
            async with app.run_test(size=SIZE) as pilot:
                await settled(pilot)
                assert wrongly_styled(app) == []
                steps = ("3", "y", "e", "n", "a", "tab", "escape", "/", "escape", "question_mark", "escape", "g", "o",
                         "g", "r", "g", "t", "g", "s", "g", "q")  # fmt: skip
                for key in steps:
                    await pilot.press(key)
                    await settled(pilot)
                    assert wrongly_styled(app) == [], key
                await pilot.resize_terminal(80, 24)
                await settled(pilot)
                assert wrongly_styled(app) == [], "a small terminal"
                app.next_theme()
                await settled(pilot)
                assert wrongly_styled(app) == [], "other colours"


class Fields(AppSeams):
    CSS = """
    Input { background: red; }
    Input:focus { background: green; }
    Input:first-child { color: yellow; }
    Input:disabled { background: blue; }
    Screen:focus-within .last { color: white; }
    """

    def compose(self) -> Iterator[Input]:
        yield Input()
        yield Input(classes="last")


async def test_what_a_rule_may_ask_of_a_node_is_noticed() -> None:
    for _ in range(2):
        app = Fields()
        async with app.run_test() as pilot:
            first, last = app.query(Input)
            last.focus()
            await unchanged_by_styling(pilot)
            last.disabled = True
            await unchanged_by_styling(pilot)
            last.disabled = False
            first.focus()
            await unchanged_by_styling(pilot)
            app.screen.set_focus(None)
            await unchanged_by_styling(pilot)
            last.remove_class("last")
            await unchanged_by_styling(pilot)
            app.screen.move_child(first, after=last)
            await unchanged_by_styling(pilot)
            app.screen.disabled = True
            await unchanged_by_styling(pilot)


async def unchanged_by_styling(pilot: Pilot[None]) -> None:
    """Hold what is on the screen, once all of it was styled anew, against what Textual would find."""
    await pilot.pause()
    pilot.app.refresh_css(animate=False)
    assert wrongly_styled(pilot.app) == []


async def test_a_second_app_looks_through_no_rule_again(tmp_path: Path, monkeypatch: Any) -> None:
    asked: list[DOMNode] = []
    real = Stylesheet.apply

    def apply(self: Stylesheet, node: DOMNode, **options: Any) -> None:
        asked.append(node)
        real(self, node, **options)

    for round_ in ("first", "second"):
        (folder := tmp_path / round_).mkdir()
        with workstation(folder) as app:
            async with app.run_test(size=SIZE) as pilot:
                await settled(pilot)
                await pilot.press("3", "y", "e", "n", "a", "escape")
                await settled(pilot)
        monkeypatch.setattr(Stylesheet, "apply", apply)
    assert asked == []
