"""The one table of the API: routes are registered and `/openapi.json` is written from it."""

from dataclasses import dataclass
from typing import Any, Literal

from webhook import answers
from webhook import payloads as given
from webhook.flat import HookJson

Auth = Literal["none", "visitor", "key"]
JAVASCRIPT, HTML, PROMETHEUS, JSON = "text/javascript", "text/html", "text/plain", "application/json"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One request and its answer; `name` is the view's, `answer` a TypedDict or None for no content."""

    method: Literal["GET", "POST", "DELETE"]
    path: str
    name: str
    summary: str
    auth: Auth = "none"
    status: int = 200
    answer: Any = None
    body: type[given.Payload] | None = None
    query: type[given.Payload] | None = None
    media_type: str = JSON
    refusals: tuple[int, ...] = ()

    @property
    def flask_path(self) -> str:
        return self.path.replace("{", "<").replace("}", ">")


_WRITING = (400, 413, 415, 422, 429)
_CONVERSATION = "/api/v1/conversations/{id}"
ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v1/conversations",
        "open_conversation",
        "Open a conversation, or come back to the one left less than 24 hours ago.",
        status=201,
        answer=answers.OpenedJson,
        body=given.OpenConversation,
        query=given.OpenQuery,
        refusals=(403, 404, *_WRITING),
    ),
    Endpoint(
        "POST",
        f"{_CONVERSATION}/messages",
        "post_message",
        "Say something and get the answer; the same client_message_id again gives the same answer.",
        auth="visitor",
        answer=answers.AnswerJson,
        body=given.PostMessage,
        refusals=(401, 403, 404, *_WRITING),
    ),
    Endpoint(
        "GET",
        f"{_CONVERSATION}/messages",
        "messages",
        "The messages after one, waiting for the next when asked to.",
        auth="visitor",
        answer=answers.MessagesJson,
        query=given.MessagesQuery,
        refusals=(401, 403, 404, 422),
    ),
    Endpoint(
        "POST",
        f"{_CONVERSATION}/seen",
        "seen",
        "The visitor has seen everything up to this message.",
        auth="visitor",
        status=204,
        body=given.Seen,
        refusals=(401, 403, 404, *_WRITING),
    ),
    Endpoint(
        "POST",
        f"{_CONVERSATION}/rating",
        "rate",
        "What the visitor thinks of the conversation; the last word holds.",
        auth="visitor",
        status=204,
        body=given.PostRating,
        refusals=(401, 403, 404, *_WRITING),
    ),
    Endpoint(
        "POST",
        "/api/v1/events",
        "post_events",
        "Page views, clicks and forms; a token is issued when none came.",
        answer=answers.VisitorJson,
        body=given.PostEvents,
        refusals=(403, 404, *_WRITING),
    ),
    Endpoint(
        "POST",
        "/api/v1/consent",
        "post_consent",
        "What the visitor agrees to or refuses, and which wording they saw.",
        status=204,
        body=given.PostConsent,
        refusals=(401, 403, 404, *_WRITING),
    ),
    Endpoint(
        "POST",
        "/api/v1/identify",
        "post_identify",
        "Who the visitor is, as the host site has signed it; answers a new token.",
        answer=answers.VisitorJson,
        body=given.PostIdentify,
        refusals=(401, 403, 404, *_WRITING),
    ),
    Endpoint(
        "GET",
        "/api/v1/visitors/me",
        "export_me",
        "Everything we hold on the visitor of this token, row by row and by table.",
        auth="visitor",
        answer=answers.OwnJson,
        refusals=(401, 403, 404, 429),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/visitors/me",
        "erase_me",
        "Erases the visitor of this token; it opens nothing any more.",
        auth="visitor",
        status=204,
        refusals=(401, 403, 404, 429),
    ),
    Endpoint(
        "POST",
        "/api/v1/leads",
        "post_lead",
        "A lead from a form, newsletter, event or another tool, under the same criteria.",
        auth="key",
        status=202,
        answer=answers.LeadTakenJson,
        body=given.PostLead,
        refusals=(401, 403, *_WRITING),
    ),
    Endpoint(
        "GET",
        "/api/v1/leads/{ref}",
        "lead",
        "A lead with its facts, assessment, stage log, touchpoints and deliveries.",
        auth="key",
        answer=answers.LeadJson,
        refusals=(401, 403, 404),
    ),
    Endpoint(
        "GET",
        _CONVERSATION,
        "conversation",
        "A conversation with what is known and how it is judged.",
        auth="key",
        answer=answers.ConversationJson,
        refusals=(401, 403, 404),
    ),
    Endpoint(
        "GET",
        "/api/v1/deliveries",
        "deliveries",
        "Deliveries in one state; dead ones unless another is asked for.",
        auth="key",
        answer=answers.DeliveriesJson,
        query=given.DeliveriesQuery,
        refusals=(401, 403, 422),
    ),
    Endpoint(
        "POST",
        "/api/v1/deliveries/{id}/retry",
        "retry_delivery",
        "Send a dead delivery again.",
        auth="key",
        status=202,
        answer=answers.RetriedJson,
        refusals=(401, 403, 404, 429),
    ),
    Endpoint(
        "POST",
        "/api/v1/hooks",
        "post_hook",
        "An address is told of an event from now on, as Zapier, n8n and Make ask for it.",
        auth="key",
        status=201,
        answer=answers.HookTakenJson,
        body=given.PostHook,
        refusals=(401, 403, *_WRITING),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/hooks/{id}",
        "delete_hook",
        "The address is told no more.",
        auth="key",
        status=204,
        refusals=(401, 403, 404, 429),
    ),
    Endpoint(
        "GET",
        "/api/v1/hooks/samples/{event}",
        "hook_samples",
        "What an address will be told, of somebody made up.",
        auth="key",
        answer=list[HookJson],
        refusals=(401, 403, 404),
    ),
    Endpoint("GET", "/healthz", "healthz", "The process is alive.", answer=answers.AliveJson),
    Endpoint("GET", "/readyz", "readyz", "What works and what does not.", answer=answers.ReadyJson),
    Endpoint("GET", "/metrics", "metrics", "Figures for Prometheus.", answer=str, media_type=PROMETHEUS),
    Endpoint("GET", "/openapi.json", "openapi", "This description.", answer=dict[str, Any]),
    Endpoint("GET", "/w.js", "loader", "The loader of the widget.", answer=str, media_type=JAVASCRIPT, refusals=(404,)),
    Endpoint(
        "GET",
        "/widget/{file}",
        "widget_file",
        "The widget's other files.",
        answer=str,
        media_type=JAVASCRIPT,
        refusals=(404,),
    ),
    Endpoint(
        "GET",
        "/embed",
        "embedded",
        "The chat as a page of its own, for frames on the site's other origins.",
        answer=str,
        query=given.EmbedQuery,
        media_type=HTML,
        refusals=(404, 422),
    ),
    Endpoint("GET", "/", "home", "A page that says Foyer runs.", answer=str, media_type=HTML),
)
