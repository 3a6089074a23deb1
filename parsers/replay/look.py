"""How marks look in a page."""

from __future__ import annotations


def style(sign: str) -> str:
    """How marks look, whatever the page says of its own."""
    return (
        f"[data-{sign}]{{outline:3px solid #b3261e!important;outline-offset:-1px;background:#fff2b8!important;"
        f"color:#000!important;scroll-margin:35vh}}"
        f"[data-{sign}]:not([data-{sign}=''])::after{{content:attr(data-{sign});font:700 11px/1.4 sans-serif;"
        "color:#fff;background:#b3261e;border-radius:7px;padding:0 4px;margin-left:3px;vertical-align:super}"
    )
