"""Standard input: what is to be marked; standard output: the marked page; exits with FAILED where there is none."""

import resource
import sys

MEMORY = 4 * 1024 * 1024 * 1024  # bytes of address space; PDFium and LibreOffice map much and use little
SECONDS = 60  # of computing
FAILED = 4


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from parsers.replay.asked import answered, received
    from parsers.replay.choice import marked

    asked = received(sys.stdin.buffer)
    try:
        answered(asked, marked(asked), sys.stdout.buffer)
    except Exception as error:  # noqa: BLE001  whatever a hostile body makes of a library
        sys.stderr.write(f"{type(error).__name__}: {error}")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
