import pytest

from local.functions_host.errors import HostError
from local.functions_host.keys import load_keys
from local.functions_host.settings import AppSettings


def test_without_any_key_nothing_could_be_called_and_the_host_says_so():
    with pytest.raises(HostError, match="HOST_KEY_DEFAULT"):
        load_keys(AppSettings({"HOST_KEY_MASTER": ""}))


@pytest.mark.parametrize("given", [None, "", "wrong"])
def test_an_absent_key_never_matches_an_unset_one(given: str | None):
    keys = load_keys(AppSettings({"FUNCTION_KEY_other": "fake"}))
    assert not keys.may_call("f", "function", given)
    assert not keys.is_master(given)


def test_a_functions_own_key_opens_only_it_whatever_the_case_of_its_name():
    keys = load_keys(AppSettings({"FUNCTION_KEY_Start": "fake"}))
    assert keys.may_call("start", "function", "fake")
    assert not keys.may_call("stop", "function", "fake")
    assert not keys.may_call("start", "admin", "fake")
