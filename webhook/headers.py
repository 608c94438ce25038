"""What every answer says to browsers: run nothing, sniff nothing, frame nothing, tell nobody where you were."""

from flask import Response, request

_ALWAYS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def protect(answer: Response) -> Response:
    """A view that knows better (a page, a file) has set its own already."""
    known = {name for name, _ in answer.headers}
    answer.headers.extend((name, value) for name, value in _ALWAYS.items() if name not in known)
    if "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"] and "X-Frame-Options" not in known:
        del answer.headers["X-Frame-Options"]  # the older header knows no list of origins
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return answer
