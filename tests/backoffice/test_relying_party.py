"""Whose pages security keys sign for, as the operator writes the address and as browsers tell it."""

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from backoffice_console import keys
from backoffice_console.relying_party import relying_party


def asked(site: str, host: str = "hall.example.org"):
    app = web.Application()
    app[keys.SITE] = site
    return relying_party(make_mocked_request("GET", "/", headers={"Host": host}, app=app))


@pytest.mark.parametrize(
    ("site", "told"),
    [
        ("https://hall.example.org", "https://hall.example.org"),
        ("https://hall.example.org:443", "https://hall.example.org"),
        ("https://hall.example.org:443/", "https://hall.example.org"),
        ("HTTPS://Hall.Example.Org:443", "https://hall.example.org"),
        ("https://hall.example.org:8443", "https://hall.example.org:8443"),
        ("http://localhost:80", "http://localhost"),
        ("http://localhost:443", "http://localhost:443"),
    ],
)
def test_the_port_of_the_scheme_makes_no_other_site(site, told):
    assert asked(site).web_origin == told


@pytest.mark.parametrize("site", ["http://hall.example.org", "https://192.0.2.7", "https://h:x"])
def test_what_browsers_refuse_is_none(site):
    assert asked(site) is None


def test_without_an_address_only_this_machine_is_a_site():
    assert asked("", "localhost:8080").web_origin == "http://localhost:8080"
    assert asked("", "hall.example.org") is None
