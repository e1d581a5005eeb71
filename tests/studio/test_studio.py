from small_accounts import CHEAP, enrol

from annotation_store.people import passwords
from annotation_store.store import open_store
from studio.studio import open_studio


def test_people_sign_in_where_the_settings_say_so(settings):
    assert not open_studio(settings).accounts
    assert open_studio(settings.model_copy(update={"accounts": True})).accounts


def test_and_wherever_somebody_has_an_account_already(settings, monkeypatch):
    monkeypatch.setattr(passwords, "hasher", CHEAP)
    enrol(open_store(settings.data_dir), "keiko")
    assert open_studio(settings).accounts
