"""The keys of `config.toml`, section by section."""

from csat_tui.config.admin_map import NEEDED, PARTS
from csat_tui.config.sections import SECTIONS, ConfigSection
from docs.generate.regions import table


def key_tables() -> dict[str, str]:
    """Return a table for each section, by the name of its region."""
    found = {f"[{section.name}]": _keys(section) for section in SECTIONS}
    found["[admin.map]"] = table(
        ("section", "required", "optional"),
        [
            (
                f"`[admin.map.{part}]`",
                ", ".join(f"`{key}`" for key in keys if key in NEEDED[part]),
                ", ".join(f"`{key}`" for key in keys if key not in NEEDED[part]),
            )
            for part, keys in PARTS.items()
        ],
    )
    return found


def _keys(section: ConfigSection) -> str:
    rows = [
        (
            f"`{key.name}`",
            key.value,
            "required" if key.required else f"`{key.default}`" if key.default else "",
            key.meaning,
        )
        for key in section.keys
    ]
    return table(("key", "value", "default", "meaning"), rows)
