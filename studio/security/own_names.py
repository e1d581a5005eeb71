"""Under which names the studio answers, and which pages are its own."""

from dataclasses import dataclass

from studio.addresses import is_literal, is_this_computer, name_in


@dataclass(frozen=True, slots=True)
class OwnNames:
    """literal: whether any address of numbers will do. public: the origin that people know, empty without one."""

    literal: bool = False
    public: str = ""

    def answers_to(self, host: str) -> bool:
        """Whether a request may name this `host` (a Host header).

        Its reason is DNS rebinding: a foreign name that is made to resolve to the studio. A literal address cannot be
        rebound, since no name service has a say in it; without accounts it must be this computer's own all the same.
        """
        name = name_in(host)
        if name is None:
            return False
        return is_this_computer(name) or (self.literal and is_literal(name)) or name == self._public_name

    def is_own(self, origin: str, *, host: str) -> bool:
        """Whether a page of this `origin` is the studio's own, asked for as `host`.

        A proxy may ask for it under another name; under the public one the scheme must be right as well.
        """
        if self.public and (origin == self.public or name_in(host) == self._public_name):
            return origin == self.public
        return origin.partition("://")[2] == host

    @property
    def _public_name(self) -> str | None:
        return name_in(self.public.partition("://")[2]) if self.public else None


THIS_COMPUTER = OwnNames()
