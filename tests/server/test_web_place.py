"""Where browsers are served, and whether by TLS."""

from typing import Any

import msgspec
import pytest

from trialogue_server.config import Config
from trialogue_server.config.checks import check
from trialogue_server.net.web.place import Place, remark, web_place

TLS = {"enabled": True}
EVERYWHERE = {"host": "0.0.0.0"}


def config(**settings: Any) -> Config:
    return msgspec.convert(settings, Config)


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({}, Place("127.0.0.1", 8067, secure=False)),
        ({"listen": {"host": "localhost"}}, Place("localhost", 8067, secure=False)),
        ({"listen": {"host": "::1"}}, Place("::1", 8067, secure=False)),
        ({"tls": TLS}, Place("127.0.0.1", 8067, secure=False)),
        ({"listen": EVERYWHERE}, Place("127.0.0.1", 8067, secure=False)),
        ({"listen": EVERYWHERE, "tls": TLS}, Place("0.0.0.0", 8067, secure=True)),
        ({"tls": TLS | EVERYWHERE}, Place("0.0.0.0", 8067, secure=True)),
        ({"tls": TLS | {"host": "*"}, "web": {"port": 443}}, Place("*", 443, secure=True)),
        ({"web": EVERYWHERE}, Place("0.0.0.0", 8067, secure=False)),
        ({"web": EVERYWHERE, "tls": TLS}, Place("0.0.0.0", 8067, secure=True)),
        ({"web": EVERYWHERE | {"tls": "off"}, "tls": TLS}, Place("0.0.0.0", 8067, secure=False)),
        ({"web": {"tls": "on"}}, Place("127.0.0.1", 8067, secure=True)),
        ({"listen": EVERYWHERE, "web": {"tls": "on"}}, Place("0.0.0.0", 8067, secure=True)),
        ({"listen": {"port": 0}}, Place("127.0.0.1", 0, secure=False)),
        ({"listen": {"port": 0}, "web": {"port": 9000}}, Place("127.0.0.1", 9000, secure=False)),
        ({"web": {"enabled": False}}, None),
    ],
)
def test_for_others_it_is_by_tls_alone_and_else_on_this_machine(settings: dict[str, Any], place: Place | None) -> None:
    assert web_place(config(**settings)) == place


@pytest.mark.parametrize(
    ("settings", "is_told"),
    [
        ({}, False),
        ({"listen": EVERYWHERE, "tls": TLS}, False),
        ({"web": EVERYWHERE}, True),
        ({"web": EVERYWHERE | {"tls": "off"}}, False),
        ({"web": EVERYWHERE, "tls": TLS}, False),
        ({"web": EVERYWHERE | {"enabled": False}}, False),
    ],
)
def test_who_serves_others_without_tls_is_told_what_that_costs(settings: dict[str, Any], is_told: bool) -> None:
    assert bool(remark(config(**settings))) == is_told


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"port": 6667}, "web.port is 6667, but must be another port, as browsers refuse this one"),
        ({"port": 6697}, "as browsers refuse this one"),
        ({"port": 7000}, "web.port is 7000, but must be a port of its own, beside listen.port and tls.port"),
        ({"origins": ("https://chat.example.org/page",)}, "a list of origins, each with its scheme and without a path"),
        ({"hosts": ("https://chat.example.org",)}, "a list of names of this server, without scheme and port"),
        ({"proxies": ("the proxy",)}, "a list of addresses or networks"),
        ({"request_timeout": float("inf")}, "a finite number, or 0 for no limit"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, Any], told: str) -> None:
    [problem] = check(config(web=settings, listen={"port": 7000}), {})
    assert told in problem


def test_what_can_be_is_not() -> None:
    web = {"origins": ("https://chat.example.org", "http://localhost:5173"), "proxies": ("127.0.0.1", "10.0.0.0/8")}
    assert not check(config(web=web | {"hosts": ("chat.example.org",)}), {})
