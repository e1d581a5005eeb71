"""How many files may be open at once. An upload of a folder opens a thousand, and systems begin with 1024 in all."""

try:
    import resource
except ImportError:  # Windows, which has no such limit to raise
    resource = None  # type: ignore[assignment]

WANTED = 16_384


def allow_open_files() -> None:
    """Raise the limit of this process, as far as the system lets it and the studio needs."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
