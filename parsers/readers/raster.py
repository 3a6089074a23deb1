"""Prints a page of the PDF on its standard input as a grey picture; a program of its own, for native code draws it.

Argument: the number of the page, from 0. Prints a line with width and height in pixels, then a byte a pixel.
"""

import resource
import sys

MISSING, BAD = 3, 4  # exit codes
DPI = 200
LARGEST = 9_000_000  # pixels of one page: A3 has 7.7 million

_MEMORY = 2 * 1024 * 1024 * 1024  # bytes of address space; the library maps much and uses little
_SECONDS = 30  # of computing


def main() -> int:
    try:
        import pypdfium2
        from pypdfium2 import raw
    except ImportError:
        return MISSING
    for limit, value in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(limit, (value, value))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    body = sys.stdin.buffer.read()
    try:
        page = pypdfium2.PdfDocument(body)[int(sys.argv[1])]
        width, height = page.get_size()
        scale = min(DPI / 72, (LARGEST / max(width * height, 1)) ** 0.5)
        bitmap = page.render(scale=scale, force_bitmap_format=raw.FPDFBitmap_Gray, may_draw_forms=False)
        sys.stdout.buffer.write(f"{bitmap.width} {bitmap.height}\n".encode())
        for row in range(bitmap.height):
            begin = row * bitmap.stride
            sys.stdout.buffer.write(bytes(bitmap.buffer[begin : begin + bitmap.width]))
    except (pypdfium2.PdfiumError, ValueError, IndexError, MemoryError, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}")
        return BAD
    return 0


if __name__ == "__main__":
    sys.exit(main())
