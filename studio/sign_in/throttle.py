"""How often somebody may try to come in, by their address and by the name that they try."""

import ipaddress
import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from annotation_store.errors import InvalidNameError
from annotation_store.people.names import check_name
from studio.sign_in.errors import TooManyTriesError

BY_ADDRESS = RateLimitItemPerMinute(30)  # an office with one address comes to work
BY_NAME = RateLimitItemPerMinute(10)


class Throttle:
    """Counts in memory: a restart forgets. Locks on accounts (lock_out.py) are in the store and do not."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, what: str, *, address: str, name: str = "") -> None:
        """Count a try at `what`. Raises TooManyTriesError, and does not count it, if there were too many."""
        self._hit(BY_ADDRESS, what, "address", _neighbourhood(address))
        try:
            name = check_name(name)
        except InvalidNameError:
            return  # nobody has such a name, and it need not be remembered
        self._hit(BY_NAME, what, "name", name)

    def _hit(self, limit: RateLimitItem, *key: str) -> None:
        if not self._limiter.hit(limit, *key):
            opens = self._limiter.get_window_stats(limit, *key).reset_time
            raise TooManyTriesError(max(1, math.ceil(opens - time.time())))


def _neighbourhood(address: str) -> str:
    """One subscriber: an IPv4 address, or the /64 in which every subscriber of IPv6 can take any address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "elsewhere"
    if parsed.version == 6:
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return address
