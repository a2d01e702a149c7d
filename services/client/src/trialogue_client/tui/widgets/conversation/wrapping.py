"""Breaks texts into lines. Widths are in columns of the terminal."""

from rich.cells import cell_len, get_character_cell_size


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """Return where each line begins and ends: at spaces (which are dropped), else anywhere between characters."""
    if width < 2 or (len(text) <= width and (text.isascii() or cell_len(text) <= width)):
        return [(0, len(text))]
    lines: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = _fill(text, start, width)
        if end < len(text):
            space = text.rfind(" ", start + 1, end + 1)
            if space > start:
                lines.append((start, space))
                start = space + 1
                continue
        lines.append((start, end))
        start = end
    return lines


def _fill(text: str, start: int, width: int) -> int:
    """Return the end of the longest piece that fits; at least one character, so that there is always progress."""
    if text.isascii():
        return min(start + width, len(text))
    used, end = 0, start
    while end < len(text):
        used += get_character_cell_size(text[end])
        if used > width:
            return max(end, start + 1)
        end += 1
    return end
