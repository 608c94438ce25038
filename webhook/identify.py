"""The host site says who a visitor is: a token it signed, exchanged for the person's own visitor token."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from flask import Response, jsonify
from jwt.types import Options
from jwt.warnings import InsecureKeyLengthWarning

from qualification.identity import Identity, IdentityError, identity_of
from webhook.errors import Refusal
from webhook.gate import Gate
from webhook.payloads import PostIdentify
from webhook.rooms import Rooms, Site

_ALGORITHM = "HS256"
_OURS_TO_CHECK: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_sub": False,
    "verify_jti": False,
}
_LONGEST_HEADER = 400  # of the encoded token: nothing deep fits into it
warnings.filterwarnings("ignore", category=InsecureKeyLengthWarning)  # short ones are refused where it matters


@dataclass(frozen=True, slots=True)
class Identify:
    rooms: Rooms
    gate: Gate

    def post_identify(self) -> Response:
        self.gate.spend("chat")
        body = self.gate.body(PostIdentify)
        caller = self.gate.bearer(body.visitor_token, "chat")
        who = self._who(body.jwt, self.gate.site_of(caller))
        person = self.rooms.intake.identify(caller.site_id, caller.visitor, who)
        return jsonify(visitor_token=self.rooms.tokens.sign(caller.site_id, person))

    def _who(self, token: str, site: Site) -> Identity:
        secret = self.rooms.identity_secret(site.id)
        if secret is None:
            message = "This site takes no identities: set IDENTITY_SECRET, or `flask site secret` for a further site."
            raise Refusal(422, "identity_not_set_up", message, "jwt")
        try:
            return identity_of(_claims(token, secret), site.key, self.rooms.clock())
        except IdentityError as error:
            raise Refusal(401, "identity_refused", f"The jwt is refused: {error}.", "jwt") from None


def _claims(token: str, secret: str) -> Mapping[str, Any]:
    """What a genuine token says; times and audience are judged apart, by our own clock."""
    if len(token.partition(".")[0]) > _LONGEST_HEADER:
        raise IdentityError("its header is too long")
    try:
        found: dict[str, Any] = jwt.decode(token, secret, algorithms=[_ALGORITHM], options=_OURS_TO_CHECK)
    except jwt.InvalidAlgorithmError:
        raise IdentityError(f"it must be signed with {_ALGORITHM}") from None
    except jwt.InvalidSignatureError:
        raise IdentityError("its signature is not made with this site's identity secret") from None
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise IdentityError("it is no JWT we can read") from None
    return found
