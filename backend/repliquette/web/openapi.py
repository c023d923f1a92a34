"""The OpenAPI 3.1 document, made from the table of calls and the models behind it."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from repliquette import __version__
from repliquette.web.calls import BASE, CALLS, Call
from repliquette.web.shapes import Problem

_REF = "#/components/schemas/{model}"


def document() -> dict[str, Any]:
    """The whole document, ready for JSON."""
    schemas = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Repliquette", "version": __version__},
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _schemas() -> dict[str, Any]:
    answers = {model for call in CALLS for model in call.answers.values()} | {Problem}
    asked = {model for call in CALLS for model in (call.query, call.body) if model}
    ordered = sorted(answers, key=lambda m: m.__name__), sorted(asked, key=lambda m: m.__name__)
    _, schema = models_json_schema(
        [*((m, "serialization") for m in ordered[0]), *((m, "validation") for m in ordered[1])], ref_template=_REF
    )
    definitions: dict[str, Any] = schema["$defs"]
    return definitions


def _operation(call: Call, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.summary,
        "parameters": _parameters(call, schemas),
        "responses": {
            **{str(status): _content(model.__name__, model.__doc__) for status, model in call.answers.items()},
            "default": _content(Problem.__name__, "What went wrong and what to do"),
        },
    }
    if call.body:
        operation["requestBody"] = {"required": True} | _content(call.body.__name__, call.body.__doc__)
    if call.open:
        operation["security"] = []
    return operation


def _content(model: str, description: str | None) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model=model)}
    return {"description": description or model, "content": {"application/json": {"schema": schema}}}


def _parameters(call: Call, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    text = {"type": "string"}
    query = schemas[call.query.__name__]
    required = query.get("required", [])
    return [
        *([{"name": "id", "in": "path", "required": True, "schema": text}] if "{id}" in call.path else []),
        *(
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in query["properties"].items()
        ),
        *({"name": name, "in": "header", "required": False, "schema": text} for name in call.headers),
    ]
