"""Textual's private parts, other than those of style sheets (`textual_styles.py`); no other module uses them.

Textual is pinned to one version. If a new version removes one of these parts, `tests/tui/test_textual_seams.py` says
what it was needed for. Each class gives private methods of Textual a public name that the program overrides or calls.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import IO, Any

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual._callback import invoke
from textual._parser import ParseError
from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.actions import SkipAction
from textual.app import App
from textual.cache import FIFOCache
from textual.color import Color
from textual.css.styles import RulesMap
from textual.document._document import Document, EditResult
from textual.document._edit import Edit
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import ScreenResume
from textual.keys import _character_to_key
from textual.message import Message
from textual.message_pump import MessagePump
from textual.reactive import Reactive
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.strip import Strip
from textual.style import Style
from textual.theme import Theme
from textual.timer import Timer
from textual.visual import RenderOptions, Visual
from textual.widgets import TextArea

from csat_tui.tui.base.textual_styles import SharedSheets

__all__ = [
    "AppSeams", "Document", "DriverSeams", "Edit", "EditResult", "MessageSeam", "ParseError", "TextAreaSeams",
    "all_screens", "character_to_key", "draws", "message_clock", "outlived", "timers_due",
]  # fmt: skip

character_to_key = _character_to_key
"""Return Textual's name for the key that types a character."""

message_clock = get_time
"""Return the time in seconds on the clock with which Textual dates messages and keys."""


class MessageSeam:
    """A widget, screen or app that handles errors of its message handlers before Textual ends the app."""

    async def _dispatch_message(self, message: Message) -> None:
        """Handle a message; all messages pass here."""
        try:
            await super()._dispatch_message(message)  # type: ignore[misc]
        except SkipAction:
            raise
        except Exception as error:
            if not self.survives(message, error):
                raise

    def survives(self, message: Message, error: Exception) -> bool:
        """Return whether the app goes on after a handler of this message has raised."""
        raise NotImplementedError


def outlived(error: BaseException) -> bool:
    """Return whether the app can go on after an error: one in a layout, in idle work or in a timer.

    Textual reports these errors to the app without passing a handler; the frame that caught an error tells its kind.
    """
    trace = error.__traceback__
    if trace is None:
        return False
    caught_in = trace.tb_frame.f_code
    if caught_in in {Screen._refresh_layout.__code__, MessagePump._flush_next_callbacks.__code__, Timer._tick.__code__}:
        return True
    below = trace.tb_next
    is_idle = below is not None and below.tb_frame.f_code is invoke.__code__
    return is_idle and caught_in is MessagePump._process_messages_loop.__code__


def all_screens(app: App[Any]) -> list[Screen[Any]]:
    """Return every screen of all modes; the front screen comes last."""
    stacks = [stack for mode, stack in app._screen_stacks.items() if mode != app.current_mode]
    return [screen for stack in (*stacks, app.screen_stack) for screen in stack]


read_reactive = Reactive.__get__
"""Return the value of an attribute that Textual watches, as Textual does it."""


def read_stored(reactive: Reactive[Any], node: DOMNode | None, node_type: type[DOMNode]) -> Any:
    """Return the value of a watched attribute, where it is stored and not computed.

    Textual looks four attributes up for it by their names, two of which mostly are not there, at twenty-five thousand
    reads in ten keys.
    """
    if node is not None and reactive.name not in node._computes:
        stored = node.__dict__.get(reactive.internal_name, reactive)
        if stored is not reactive:
            return stored
    return read_reactive(reactive, node, node_type)


Reactive.__get__ = read_stored  # type: ignore[method-assign, assignment]


def timers_due(node: MessagePump, seconds: float) -> bool:
    """Return whether a node has a one-shot timer of at most `seconds` that has not run yet."""
    return any(
        timer._repeat == 0 and timer._interval <= seconds and timer._task is not None and not timer._task.done()
        for timer in node._timers
    )


def draws(screen: Screen[Any]) -> bool:
    """Return whether a screen has changes to draw, or callbacks to run after drawing."""
    return bool(
        screen._layout_required or screen._scroll_required or screen._repaint_required or screen._dirty_widgets
        or screen._callbacks
    )  # fmt: skip


STRIP_CACHES = {
    "_divide_cache": 4, "_crop_cache": 16, "_style_cache": 16, "_filter_cache": 4, "_line_length_cache": 4,
    "_crop_extend_cache": 4, "_offsets_cache": 4,
}  # fmt: skip
"""The caches of a strip (one line of a widget as it is painted), and how many entries each keeps."""


def begin_strip(strip: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    """Fill a new strip as Textual does, without its caches."""
    strip._segments = list(segments)
    strip._cell_length = cell_length
    strip._render_cache = None
    strip._link_ids = None
    strip._cell_count = None


def cache_of_strip(strip: Strip, name: str) -> FIFOCache[Any, Any]:
    """Return the cache that a strip is about to use for the first time. Raises AttributeError for any other name."""
    if name not in STRIP_CACHES:
        raise AttributeError(name)
    cache: FIFOCache[Any, Any] = FIFOCache(STRIP_CACHES[name])
    setattr(strip, name, cache)
    return cache


# Textual makes seven caches for each strip. Most strips are parts of one frame and never use any: making and
# collecting their caches took a quarter of the time of a frame.
Strip.__init__ = begin_strip  # type: ignore[method-assign, assignment]
Strip.__getattr__ = cache_of_strip  # type: ignore[attr-defined]


paint_screen = Screen._compositor_refresh
"""Paint what has changed on a screen, as Textual does it."""


def paint_through_window(screen: Screen[Any]) -> None:
    """Paint what has changed on a screen; if a window is in front of it, the window paints the changed regions.

    Textual marks a screen behind a window as changed itself, too. All that has changed since the window opened would
    then be painted again whenever the clock in the header moves. And it asks the window to paint itself, for which the
    window forgets which of its own widgets have changed.

    While drawing is held back, Textual paints all the same and throws it away; here the screen is painted afterwards.
    """
    if screen.app._batch_count:
        screen._repaint_required = True
        return
    window, regions = screen.app.screen, screen._compositor._dirty_regions
    if not screen.app.is_inline and screen is not window and regions:
        if screen in screen.app._background_screens:
            window._set_dirty(*regions)
            window._dirty_widgets.add(window)
            window.check_idle()
            regions.clear()
            screen._dirty_widgets.clear()
        screen.app._update_mouse_over(screen)
    else:
        paint_screen(screen)


Screen._compositor_refresh = paint_through_window  # type: ignore[method-assign, assignment]


resume_screen = Screen._on_screen_resume
"""Bring a screen up to date that comes to the front, as Textual does it."""


def styled_by_the_app(screen: Screen[Any]) -> bool:
    """Return whether a screen brings no style sheets of its own, so that its widgets are styled when it is mounted."""
    return not screen.CSS and not screen.css_path


def resume_as_styled(screen: Screen[Any], event: ScreenResume) -> None:
    """Bring a screen up to date; one that was never behind another has the styles that it was mounted with.

    Textual applies all its styles again, and twice where a mode begins.
    """
    was_behind = screen.stack_updates > 1
    event.refresh_styles = event.refresh_styles and (was_behind or not styled_by_the_app(screen))
    resume_screen(screen, event)


Screen._on_screen_resume = resume_as_styled  # type: ignore[method-assign, assignment]


@lru_cache(4_000)
def dimmed(style: RichStyle | None, window: RichStyle, color: Color) -> RichStyle:
    """Return a style of a screen as it is seen through the colour of a window in front of it."""
    (seen,) = BackgroundScreen.process_segments([Segment("", style)], color)
    return window + seen.style


class Backdrop(Visual):
    """A screen seen through the colour of a window in front of it.

    Textual draws it as a Rich renderable, and blends the colours of each piece of each line anew.
    """

    def __init__(self, screen: Screen[Any], color: Color) -> None:
        self.screen = screen
        self.color = color

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Return the lines of the screen, dimmed."""
        del options
        window, color = style.rich_style, self.color
        return [
            Strip([Segment(text, dimmed(own, window, color)) for text, own, _ in strip.crop(0, width)])
            for strip in self.screen._compositor.render_strips()[:height]
        ]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the width of the screen."""
        del rules, container_width
        return self.screen.size.width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return the height of the screen."""
        del rules, width
        return self.screen.size.height


def backdrop(seen: BackgroundScreen) -> Backdrop:
    """Return what Textual is to draw instead of its own renderable."""
    return Backdrop(seen.screen, seen.color)


BackgroundScreen.visualize = backdrop  # type: ignore[attr-defined]


class AppSeams(App[Any]):
    """An app that sees keys before bindings do, and errors before Textual does."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.stylesheet = SharedSheets(variables=self.get_css_variables())

    @property
    def failure(self) -> Exception | None:
        """The error that ended the app; None if there is none."""
        return self._exception

    @property
    def driver(self) -> Driver | None:
        """The driver that reads and writes the terminal; None before the start."""
        return self._driver

    def get_theme(self, theme_name: str) -> Theme | None:
        """Return a theme by its name. Textual copies all themes to find one, for each line that it paints."""
        return self._registered_themes.get(theme_name)

    def takes_key(self, key: str) -> bool:
        """Return whether the app consumes a key before bindings without priority see it."""
        del key
        return False

    def outlives(self, error: Exception) -> bool:
        """Return whether the app goes on after an error in a layout, in idle work or in a timer."""
        del error
        return False

    def log_failure(self, error: Exception | None) -> None:
        """Log the error that ends the app."""

    def _load_screen_css(self, screen: Screen[Any]) -> None:
        """Load the sheets of a new screen, which needs no other styles than those it gets when it is mounted.

        Textual takes every new screen for one that missed a change of the colours, and applies all styles twice: to the
        widgets of the screen in front before, and to its own once more. The classes for its width come after its
        widgets are styled; here they come before.
        """
        super()._load_screen_css(screen)
        if screen._css_update_count < 0 and styled_by_the_app(screen):
            screen._css_update_count = self._css_update_count
            widths = screen.HORIZONTAL_BREAKPOINTS or self.HORIZONTAL_BREAKPOINTS or []
            screen.add_class(*screen._get_breakpoint_classes(self.size.width, widths), update=False)

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        if not priority and self.takes_key(key):
            return True
        return await super()._check_bindings(key, priority)

    def _handle_exception(self, error: Exception) -> None:
        if not (self._dom_ready and self.is_running and outlived(error) and self.outlives(error)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End after an error without Textual's traceback, which would print customers' texts."""
        self.log_failure(self._exception)
        self._close_messages_no_wait()


class DriverSeams(LinuxDriver):
    """Textual's driver with replaceable methods for input and output."""

    def replace_output(self, output: IO[str]) -> None:
        """Write to another file; to be called before the start."""
        self._file = output  # type: ignore[assignment]

    @property
    def writes(self) -> bool:
        """Whether there is a writer thread."""
        return self._writer_thread is not None

    def hand_over(self, data: str | None, timeout: float) -> None:
        """Give the writer thread a text, or None to end it. Raises queue.Full after `timeout` seconds."""
        if self._writer_thread is not None:
            self._writer_thread._queue.put(data, timeout=timeout)

    def wait_for_writing(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for the writer thread, and return whether it has ended."""
        if self._writer_thread is None:
            return True
        self._writer_thread.join(timeout)
        return not self._writer_thread.is_alive()

    def new_parser(self) -> XTermParser:
        """Return a parser from the terminal's bytes to keys."""
        return XTermParser(self._debug)

    def report(self, error: Exception) -> None:
        """Pass an error of this thread to the app."""
        self._loop.call_soon_threadsafe(self._app._handle_exception, error)

    def read_input(self) -> None:
        """Read keys until the end; runs on the input thread."""
        raise NotImplementedError

    def _run_input_thread(self) -> None:
        self.read_input()


class TextAreaSeams(TextArea):
    """A text area with hooks for undo and redo, and for changes of its size."""

    def undoes_several(self) -> None:
        """Called before several edits are undone or redone at once."""

    def changes_size(self) -> None:
        """Called before the size is computed from the text."""

    def forget_drawn_lines(self) -> None:
        """Clear the cache of drawn lines."""
        self._line_cache.clear()

    def _undo_batch(self, edits: Sequence[Edit]) -> None:
        self.undoes_several()
        super()._undo_batch(edits)

    def _redo_batch(self, edits: Sequence[Edit]) -> None:
        self.undoes_several()
        super()._redo_batch(edits)

    def _refresh_size(self) -> None:
        self.changes_size()
        super()._refresh_size()
