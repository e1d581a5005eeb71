"""Sending to webhooks: the worker follows the audit trail and sends what is due.

One message at a time to each webhook, so that they arrive in order; several webhooks at once, so that a slow receiver
keeps nobody else waiting. A message in hand holds back the later ones for all workers, since that stands in the store.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from annotation_store.errors import NOT_NOW, NotFoundError
from annotation_store.records import DeliveryRecord
from annotation_store.store import Store
from annotation_store.webhooks import deliveries
from annotation_store.webhooks.deliveries import Errand
from annotation_store.webhooks.following import follow
from annotation_store.webhooks.signatures import signed_headers
from matting_core import __version__
from studio.chores import Chore, in_turn
from studio.operations.traces import span
from studio.security.outgoing import Outgoing, OutgoingError

log = structlog.get_logger()

LOOK_SECONDS = 1.0
PRUNE_SECONDS = 3600.0
AT_ONCE = 8


def send(store: Store, outgoing: Outgoing, errand: Errand) -> DeliveryRecord:
    """Try once to send a message, and note what became of it. Raises what the store raises."""
    delivery = errand.delivery
    body = delivery.body.encode()
    signed = signed_headers(errand.secret, message_id=delivery.message_id, timestamp=int(time.time()), body=body)
    headers = {**signed, "content-type": "application/json", "user-agent": f"Matteloop/{__version__}"}
    try:
        with span("webhook", webhook=delivery.webhook_id, message=delivery.id) as note:
            status = outgoing.post(errand.url, body, headers)
            note(http_response_status_code=status)
    except OutgoingError as error:
        return deliveries.note_failed(store, delivery.id, problem=str(error))
    if 200 <= status < 300:
        return deliveries.note_delivered(store, delivery.id, status=status)
    return deliveries.note_failed(store, delivery.id, status=status, problem=_in_words(status))


class WebhookSender:
    """One a worker: it remembers which webhooks are being sent to."""

    def __init__(self, store: Store, outgoing: Outgoing) -> None:
        self._store, self._outgoing = store, outgoing
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._busy: set[int] = set()
        self._changed = threading.Condition()
        self._prune_at = 0.0

    def watch(self) -> None:
        """Look for ever: each second, and as soon as a message is through."""
        while True:
            in_turn(self._store, Chore.WEBHOOKS, self.look)
            with self._changed:
                self._changed.wait(LOOK_SECONDS)

    def look(self) -> int:
        """See to what is due; how many messages are on their way by that.

        Never raises: what could not be done is logged, and done the next time.
        """
        self._carefully(self._follow)
        self._carefully(self._prune)
        sent = 0

        def begin() -> None:
            nonlocal sent
            sent = self._begin()

        self._carefully(begin)
        return sent

    def wait(self) -> None:
        """Until nothing is on its way any more."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy)

    def _follow(self) -> None:
        follow(self._store)

    def _prune(self) -> None:
        if time.monotonic() >= self._prune_at:
            deliveries.prune(self._store)
            self._prune_at = time.monotonic() + PRUNE_SECONDS

    def _begin(self) -> int:
        with self._changed:
            busy = frozenset(self._busy)
        errands = deliveries.claim_due(self._store, busy=busy, limit=AT_ONCE - len(busy))
        for errand in errands:
            with self._changed:
                self._busy.add(errand.delivery.webhook_id)
            self._pool.submit(self._send, errand)
        return len(errands)

    def _send(self, errand: Errand) -> None:
        try:
            self._carefully(lambda: self._tell(send(self._store, self._outgoing, errand)))
        finally:
            with self._changed:
                self._busy.discard(errand.delivery.webhook_id)
                self._changed.notify_all()

    @staticmethod
    def _tell(sent: DeliveryRecord) -> None:
        if sent.problem is not None:
            log.warning("a webhook was not reached", webhook=sent.webhook_id, message=sent.id, reason=sent.problem)

    @staticmethod
    def _carefully(step: Callable[[], None]) -> None:
        try:
            step()
        except NOT_NOW as error:
            log.warning("the webhooks wait", reason=str(error))
        except NotFoundError as error:  # pruned or removed by hand meanwhile
            log.info("the webhooks pass over a message", reason=str(error))
        except Exception:
            log.exception("the webhooks have stumbled")


def _in_words(status: int) -> str:
    if 300 <= status < 400:
        return f"It answered with a redirect ({status}), which is not followed: enter the address that it leads to."
    return f"It answered with the status {status}, and only 200 to 299 mean that the message was taken."
