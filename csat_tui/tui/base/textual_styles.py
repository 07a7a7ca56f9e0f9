"""Textual's private parts that concern style sheets: what was parsed and found once is used again.

Textual parses all sheets again for every class of widgets that is new on the screen, and looks through all rules for
every widget at every change of the focus or of a class. That was a fifth of the time of a key.
"""

from collections.abc import MutableMapping
from itertools import count
from typing import Any, ClassVar, NamedTuple, cast
from weakref import WeakKeyDictionary

from textual.app import App
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

__all__ = ["SharedSheets"]

# For each widget that is styled, Textual looks up every rule of every sheet in a set. Its own hash, a Python function
# that returns the id, is called a hundred thousand times within ten keys.
RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]

MOST_PLACES = 100_000
"""How many places are remembered before all are forgotten."""

Place = int
"""All that the rules of a sheet can ask of a node and of the nodes above it, as one number."""


class Applied(NamedTuple):
    """What the sheets say of a node at one place."""

    hover: bool
    focus_within: bool
    order: bool
    odd_or_even: bool
    rules: RulesMap | None
    """The rules; None if there are none."""
    fixed: bool
    """Whether the same is said of every node at this place; not so where its order among its siblings counts."""


class Known:
    """What some sheets say in some colours, by place."""

    def __init__(self) -> None:
        self.applied: dict[Place, Applied] = {}
        self.parts: dict[Place, dict[str, RulesMap]] = {}
        """The rules of the parts of a node that are styled by a class, each by its class."""


class Asked(dict[tuple[Any, ...], RulesMap]):
    """A cache for one node, which says whether Textual would have used it and what it would have kept."""

    used = False

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """Find nothing."""
        del key
        self.used = True
        return default


_places: dict[tuple[Any, ...], Place] = {}
_numbers = count(1)


def place_of(node: DOMNode, known: MutableMapping[DOMNode, Place]) -> Place:
    """Return the place of a node; `known` keeps those of one update."""
    found = known.get(node)
    if found is None:
        above = place_of(node._parent, known) if isinstance(node._parent, DOMNode) else 0
        looks = (above, type(node), node._id, frozenset(node._classes), *state_of(node))
        found = _places.get(looks)
        if found is None:
            if len(_places) >= MOST_PLACES:
                _places.clear()
            found = _places[looks] = next(_numbers)
        known[node] = found
    return found


def state_of(node: DOMNode) -> tuple[object, ...]:
    """Return what pseudo classes ask of a node, apart from its order among its siblings."""
    if isinstance(node, Widget):
        return node.mouse_hover, node.has_focus, node.has_focus_within, node.disabled, node.allow_focus()
    if isinstance(node, App):
        return node.app_focus, node.current_theme.dark, node.is_inline, node.native_ansi_color, node.no_color
    return ()


class SharedSheets(Stylesheet):
    """Style sheets that are parsed once per process and set of colours, and looked through once per place."""

    parsed: ClassVar[dict[frozenset[tuple[str, str]], LRUCache[tuple[Any, ...], list[RuleSet]]]] = {}
    found: ClassVar[dict[tuple[Any, ...], Known]] = {}
    """What is known by place, for each set of colours and sheets."""

    _EXCLUDE_PSEUDO_CLASSES_FROM_CACHE = Stylesheet._EXCLUDE_PSEUDO_CLASSES_FROM_CACHE - {"focus-within"}  # type: ignore[misc]

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self.known = Known()
        self.places: MutableMapping[DOMNode, Place] = {}
        """The places of the nodes that are styled now."""
        self.styled: WeakKeyDictionary[DOMNode, tuple[Place, Known]] = WeakKeyDictionary()
        """By what the parts of each node were styled last."""
        self.share(variables)

    def share(self, variables: dict[str, str]) -> None:
        """Use the process's cache of sheets parsed with these colours."""
        self._parse_cache = self.parsed.setdefault(frozenset(variables.items()), LRUCache(1_000))

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set other colours."""
        self._parse_cache = LRUCache(1)  # Textual clears this one, and the shared cache of the old colours stays
        super().set_variables(variables)
        self.share(variables)

    def parse(self) -> None:
        """Parse the style sheets that are new."""
        super().parse()
        key = (frozenset(self._variables.items()), tuple(self.source.items()))
        self.known = Known() if self._invalid_css else self.found.setdefault(key, Known())

    def reparse(self) -> None:
        """Parse all style sheets again; if one has an error, the earlier rules stay."""
        self.parse()

    def apply(
        self, node: DOMNode, *, animate: bool = False, cache: dict[tuple[Any, ...], RulesMap] | None = None
    ) -> None:
        """Give a node the styles that the sheets say; `cache` is one dictionary for all nodes of an update."""
        if self._require_parse:
            self.parse()
        self.places = {} if cache is None else cast(MutableMapping[DOMNode, Place], cache)
        place = place_of(node, self.places)
        known = self.known.applied.get(place)
        if known is None or not known.fixed:
            asked = Asked()
            super().apply(node, animate=animate, cache=asked)
            if known is None:
                rules = next(iter(asked.values()), None)
                if rules is not None and "transitions" not in rules:
                    rules = node.styles.base.get_rules()  # without words that Textual makes styles of
                self.known.applied[place] = Applied(
                    node._has_hover_style, node._has_focus_within, node._has_order_style, node._has_odd_or_even,
                    rules, asked.used,
                )  # fmt: skip
            return
        node._has_hover_style, node._has_focus_within, node._has_order_style, node._has_odd_or_even = known[:4]
        if known.rules is not None:
            self.give(node, known.rules, animate)
        self._process_component_classes(node)

    def _process_component_classes(self, node: DOMNode) -> None:
        """Give the parts of a node that are styled by a class their styles, unless they have them already."""
        if not node._get_component_classes():
            return
        known, place = self.known, place_of(node, self.places)
        if self.styled.get(node) == (place, known):
            return
        styles, parts = node._component_styles, known.parts.get(place)
        if parts is None or any(name not in styles or styles[name].base._rules != parts[name] for name in parts):
            self.make_parts(node)
        if place in known.parts:
            self.styled[node] = place, known

    def make_parts(self, node: DOMNode) -> None:
        """Make the parts of a node that are styled by a class, and draw it again if one of them looks different."""
        known, update, place = self.known, self.places, place_of(node, self.places)
        styles, before, changed, fixed = node._component_styles, node._component_styles.copy(), False, True
        styles.clear()
        for name in sorted(node._get_component_classes()):
            part = DOMNode(classes=name)
            part._attach(node)
            self.apply(part, cache=cast(dict[tuple[Any, ...], RulesMap], update))
            changed = changed or before.get(name) != part.styles
            fixed = fixed and known.applied[place_of(part, update)].fixed
            styles[name] = part.styles
        if fixed:
            known.parts[place] = {name: one.base.get_rules() for name, one in styles.items()}
        if changed:
            node.refresh()

    def give(self, node: DOMNode, rules: RulesMap, animate: bool) -> None:
        """Give a node other rules; what stays the same is not set again."""
        if "transitions" in rules:
            self.replace_rules(node, rules, animate=animate)
            return
        base = node.styles.base
        now, then = cast(dict[str, Any], base._rules), cast(dict[str, Any], rules)
        if not now and not node._is_mounted:
            base.merge_rules(rules)
            now.pop("layout", None)
            node._nodes.updated()  # what is displayed may be another thing now
        # A layout may remember what it has laid out: each node has its own.
        if "layout" in now and "layout" in then and now["layout"].name == then["layout"].name:
            then = {**then, "layout": now["layout"]}
        if now != then:
            for name in [name for name in now.keys() | then.keys() if now.get(name) != then.get(name)]:
                setattr(base, name, then.get(name))
        node.notify_style_update()
