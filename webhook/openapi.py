"""The OpenAPI 3.1 description, made from the table of endpoints and the very types that parse and answer."""

import re
from typing import Any, get_args

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from webhook.answers import ErrorJson, ReadyJson
from webhook.endpoints import ENDPOINTS, JSON, Endpoint
from webhook.flat import HookEvent

Schema = dict[str, Any]
_SECURITY: dict[str, list[Schema]] = {"none": [], "visitor": [{"visitor": []}], "key": [{"key": []}]}
_REFUSED = {
    400: "The body is not JSON as we read it.",
    401: "No valid visitor token or API key.",
    403: "This origin may not use this site.",
    404: "Unknown, or not yours.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not sent as JSON.",
    422: "A field is missing, unknown or wrong; `field` says which.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    500: "An error of ours; the message names the incident.",
    503: "Not ready, or the store is busy and nothing was taken.",
}
_REF = "#/components/schemas/{model}"
_PARAMETERS: dict[str, Schema] = {
    "id": {"type": "string", "minLength": 1, "maxLength": 64},
    "ref": {"type": "string", "pattern": "^[Ll]-[1-9][0-9]{0,17}$", "examples": ["L-1042"]},
    "event": {"type": "string", "enum": list(get_args(HookEvent))},
    "file": {"type": "string", "pattern": r"^[A-Za-z0-9_.-]{1,100}\.js$"},
}


def describe(version: str) -> Schema:
    schemas = _Schemas()
    paths: dict[str, Schema] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Foyer", "version": version, "license": {"name": "MIT", "identifier": "MIT"}},
        "paths": paths,
        "components": {"schemas": schemas.found, "securitySchemes": _schemes()},
    }


def _schemes() -> Schema:
    return {
        "visitor": {
            "type": "http",
            "scheme": "bearer",
            "description": "The visitor_token of the conversation's visitor.",
        },
        "key": {"type": "http", "scheme": "bearer", "description": "An API key of the site."},
    }


class _Schemas:
    """The schemas met so far, by name."""

    def __init__(self) -> None:
        self.found: Schema = {}

    def of(self, kind: Any, mode: JsonSchemaMode) -> Schema:
        schema = TypeAdapter(kind).json_schema(mode=mode, ref_template=_REF)
        self.found.update(schema.pop("$defs", {}))
        if "title" not in schema or schema.get("type") != "object":
            return schema
        self.found[schema["title"]] = schema
        return {"$ref": _REF.format(model=schema["title"])}


def _operation(endpoint: Endpoint, schemas: _Schemas) -> Schema:
    operation: Schema = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "security": _SECURITY[endpoint.auth],
        "responses": _responses(endpoint, schemas),
    }
    if parameters := [*_path_parameters(endpoint), *_query_parameters(endpoint)]:
        operation["parameters"] = parameters
    if endpoint.body:
        operation["requestBody"] = {
            "required": True,
            "content": _content(JSON, schemas.of(endpoint.body, "validation")),
        }
    return operation


def _responses(endpoint: Endpoint, schemas: _Schemas) -> Schema:
    answered: Schema = {"description": endpoint.summary}
    if endpoint.answer is not None:
        answered["content"] = _content(endpoint.media_type, schemas.of(endpoint.answer, "serialization"))
    error = _content(JSON, schemas.of(ErrorJson, "serialization"))
    refusals = {str(status): {"description": _REFUSED[status], "content": error} for status in _refusals(endpoint)}
    if endpoint.answer is ReadyJson:
        refusals["503"] = answered
    return {str(endpoint.status): answered, **refusals}


def _refusals(endpoint: Endpoint) -> tuple[int, ...]:
    return (*endpoint.refusals, 500, 503)


def _content(media_type: str, schema: Schema) -> Schema:
    return {media_type: {"schema": schema}}


def _path_parameters(endpoint: Endpoint) -> list[Schema]:
    names = re.findall(r"{(\w+)}", endpoint.path)
    return [{"name": name, "in": "path", "required": True, "schema": _PARAMETERS[name]} for name in names]


def _query_parameters(endpoint: Endpoint) -> list[Schema]:
    if endpoint.query is None:
        return []
    schema = endpoint.query.model_json_schema()
    needed = schema.get("required", ())
    return [
        {"name": name, "in": "query", "schema": known, **({"required": True} if name in needed else {})}
        for name, known in schema["properties"].items()
    ]
