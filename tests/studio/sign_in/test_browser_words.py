import pytest

from studio.i18n import Words
from studio.sign_in.browser_words import browser_in_words
from studio.sign_in.rendering import FACE

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{MOZILLA} (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "Firefox on Linux"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/150.0 Safari/537.36", "Chrome on Windows"),
        (f"{MOZILLA} (Windows NT 10.0) {WEBKIT} Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15) {WEBKIT} Version/19 Safari/605", "Safari on macOS"),
        (f"{MOZILLA} (iPad; CPU OS 19_0 like Mac OS X) {WEBKIT} CriOS/150 Safari/604", "Chrome on iPad"),
        (f"{MOZILLA} (Linux; Android 16; Pixel) {WEBKIT} Chrome/150 Mobile Safari/537", "Chrome on Android"),
        ("Firefox/1", "Firefox"),
        ("curl/8.0", "some program"),
        ("", "some program"),
        ("<script>Linux</script>", "Linux"),
    ],
)
def test_a_browser_is_called_as_people_call_it(user_agent, words):
    assert browser_in_words(user_agent, Words("en", face=FACE)) == words


def test_and_so_in_japanese():
    assert browser_in_words("Firefox/1 (Windows)", Words("ja", face=FACE)) == "Windows の Firefox"
