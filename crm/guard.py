"""Where a webhook may go: a host is resolved once, all its addresses are checked, and only a checked one is called."""

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import certifi
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

CONNECT_S, READ_S = 5.0, 15.0
MOST_ADDRESSES = 3
PORTS = {"http": 80, "https": 443}
_CLOSED = tuple(
    ip_network(net)
    for net in (
        # What `is_global` of Python 3.11 takes for the open internet and is none of it, or leads behind a translator.
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"),
        *("2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)
Resolve = Callable[[str, int], Sequence[str]]


class Forbidden(Exception):
    """The host leads to where no webhook may go."""


class Unresolved(Exception):
    """The host has no address now."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]


def resolved(host: str, port: int) -> Sequence[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """Redirects are answers, proxies of the environment are not asked. `lets_home`: this very machine may be called."""

    lets_home: bool = False
    resolve: Resolve = resolved
    authorities: str = certifi.where()
    connect_s: float = CONNECT_S
    read_s: float = READ_S

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Forbidden, Unresolved, or what urllib3 raises; the answer's body is not read."""
        parts, addresses = urlsplit(url), self.check(url)
        for address in addresses[:-1]:
            try:
                return self._post(parts, address, body, headers)
            except (NewConnectionError, ConnectTimeoutError):
                continue
        return self._post(parts, addresses[-1], body, headers)

    def check(self, url: str) -> Sequence[str]:
        """Addresses that may be called. One that may not forbids them all: which is called is no matter of luck."""
        parts = urlsplit(url)
        found = self.resolve(parts.hostname or "", parts.port or PORTS[parts.scheme])
        if not found:
            raise Unresolved
        if not all(self._is_open(address) for address in found):
            raise Forbidden
        return found[:MOST_ADDRESSES]

    def _is_open(self, address: str) -> bool:
        try:
            ip = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return is_public(ip) or (self.lets_home and (ip.is_loopback and not _is_mapped(ip)))

    def _post(self, parts: SplitResult, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """To the address, in the name of the host: in `Host`, in the handshake, and in the certificate."""
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        timeout = Timeout(connect=self.connect_s, read=self.read_s)
        pool = self._secure(address, port, host) if parts.scheme == "https" else HTTPConnectionPool(address, port)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with pool:
            answer = pool.urlopen(
                "POST",
                target,
                body=body,
                headers={**headers, "Host": parts.netloc},
                redirect=False,
                retries=False,
                timeout=timeout,
                assert_same_host=False,
                preload_content=False,
            )
            answer.close()
            return Answer(answer.status, dict(answer.headers))

    def _secure(self, address: str, port: int, host: str) -> HTTPSConnectionPool:
        return HTTPSConnectionPool(
            address,
            port,
            cert_reqs="CERT_REQUIRED",
            ca_certs=self.authorities,
            server_hostname=host,
            assert_hostname=host,
        )


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in _CLOSED if net.version == ip.version)


def _is_mapped(ip: IPv4Address | IPv6Address) -> bool:
    return isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None
