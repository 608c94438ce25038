"""Secrets at rest: sealed with the operator's key before they reach the database, opened only in memory."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class VaultError(Exception):
    """What is sealed cannot be opened with these keys, or there is no key; said in one line."""


class Vault:
    """Keys are newest first: the first seals, all of them open, so that a key can be changed without losing anything.

    Each is 32 bytes in base64, in the plain or the URL-safe alphabet.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_url_safe(key)) for key in keys]) if keys else None

    def seal(self, secret: str) -> str:
        return self._needed().encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        try:
            return self._needed().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise VaultError("it was sealed with another key; put that one into ENCRYPTION_KEY too") from None

    def _needed(self) -> MultiFernet:
        if self._fernet is None:
            raise VaultError("ENCRYPTION_KEY is not set; make one with `openssl rand -base64 32`")
        return self._fernet


def _url_safe(key: str) -> bytes:
    return key.strip().replace("+", "-").replace("/", "_").encode()
