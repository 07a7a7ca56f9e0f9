"""One line under the header for what stands in the way just now; it goes once that is mended."""

from textual.content import Content
from textual.widgets import Static

from csat_tui.tui.base.commands import Guarded
from csat_tui.tui.base.text import safe_line


class Banner(Guarded, Static):
    """Shows the first of the sentences that it is given; `full` has them all for whoever asks."""

    def __init__(self) -> None:
        super().__init__(Content(""), markup=False, id="banner")
        self.display = False
        self._sentences: tuple[str, ...] = ()

    def tell(self, *sentences: str) -> None:
        """Show what is wrong, or nothing."""
        wanted = tuple(one for one in sentences if one)
        if wanted == self._sentences:
            return
        self._sentences = wanted
        self.display = bool(wanted)
        self._fit()

    def on_resize(self) -> None:
        """Fit the sentence anew."""
        self._fit()

    def _fit(self) -> None:
        if not self._sentences:
            return
        more = f"  (and {len(self._sentences) - 1} more)" if len(self._sentences) > 1 else ""
        width = max(10, (self.app.size.width if self.is_attached else 80) - 4 - len(more))
        self.update(Content.assemble(("! ", "bold $bad"), safe_line(self._sentences[0], "", width), (more, "$muted")))
