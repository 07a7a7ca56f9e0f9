"""Read a PDF as its reader does: its pages as pictures, its words, and where its links lead."""

import ctypes
import re
from io import BytesIO

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image
from typst import Fonts

FONT_PACKAGES = ("fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji")

_INVISIBLE = re.compile("[\u200b\u00ad\ufeff]")


def missing_packages() -> str:
    """The Debian packages with fonts that this machine does not have."""
    families = Fonts().families()
    wanted = {
        "Noto Sans Thai": FONT_PACKAGES[0],
        "Noto Sans CJK SC": FONT_PACKAGES[1],
        "Noto Color Emoji": FONT_PACKAGES[2],
    }
    return ", ".join(package for family, package in wanted.items() if family not in families)


def texts(content: bytes) -> list[str]:
    """The words of each page, with one space between them."""
    with pypdfium2.PdfDocument(content) as document:
        return [as_read(page.get_textpage().get_text_bounded()) for page in document]


def as_read(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text).split())


def sizes(content: bytes) -> set[tuple[int, int]]:
    """The sizes of the pages in points."""
    with pypdfium2.PdfDocument(content) as document:
        return {(round(width), round(height)) for width, height in (page.get_size() for page in document)}


def picture(content: bytes, page: int, scale: float = 1.0) -> Image.Image:
    """A page as a grey picture, `scale` pixels a point."""
    with pypdfium2.PdfDocument(content) as document:
        return document[page].render(scale=scale).to_pil().convert("L")


def png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "png", optimize=True)
    return out.getvalue()


def links(content: bytes) -> list[str]:
    """The addresses of all links, in the order of the pages; links within the report are left out."""
    found = []
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
            while pdfium.FPDFLink_Enumerate(page.raw, position, link):
                action = pdfium.FPDFLink_GetAction(link)
                length = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0) if action else 0
                if length > 1:
                    buffer = ctypes.create_string_buffer(length)
                    pdfium.FPDFAction_GetURIPath(document.raw, action, buffer, length)
                    found.append(buffer.value.decode())
    return found
