"""Where the Data API is served: each brand and region has a host of its own, which knows only its own keys."""

from __future__ import annotations

PATH = "/v2.0"

HOSTS = {
    "dataapi.callgear.com": "CallGear",
    "dataapi.callgear.ae": "CallGear in the UAE",
    "dataapi.comagic.ru": "CoMagic",
    "dataapi.uiscom.ru": "UIS",
    "dataapi-jsonrpc.novofon.ru": "Novofon",
    "dataapi.voipprovider.ru": "VoipProvider",
}
"""The hosts, each with the accounts that it serves; the first is the default."""

ADDRESSES = tuple(f"https://{host}{PATH}" for host in HOSTS)
"""What the setting api_url may be."""

HOSTS_IN_WORDS = "; ".join(f"{host} for {accounts}" for host, accounts in HOSTS.items())
"""The hosts as an error names them."""
