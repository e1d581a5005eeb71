import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from annotation_store.webhooks.signatures import new_secret, signed_headers

BODY = '{"name":"赤い靴.jpg"}'.encode()


def test_a_receivers_library_accepts_what_was_signed():
    secret = new_secret()
    now = int(datetime.now(UTC).timestamp())
    headers = signed_headers(secret, message_id="msg_1", timestamp=now, body=BODY)
    assert Webhook(secret).verify(BODY, dict(headers)) == {"name": "赤い靴.jpg"}


@pytest.mark.parametrize("forge", ["body", "secret", "id", "time", "overheard"])
def test_it_refuses_whatever_was_changed(forge):
    secret, now = new_secret(), datetime.now(UTC)
    if forge == "overheard":
        now -= timedelta(minutes=10)
    headers = dict(signed_headers(secret, message_id="msg_1", timestamp=int(now.timestamp()), body=BODY))
    if forge == "id":
        headers["webhook-id"] = "msg_2"
    if forge == "time":
        headers["webhook-timestamp"] = str(int(now.timestamp()) - 1)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret() if forge == "secret" else secret).verify(BODY + b" " * (forge == "body"), headers)


def test_secrets_are_long_and_never_the_same():
    one, other = new_secret(), new_secret()
    assert one != other
    assert one.startswith("whsec_")
    assert len(base64.b64decode(one.removeprefix("whsec_"), validate=True)) == 32
