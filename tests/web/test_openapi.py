"""The OpenAPI document is true: its addresses are the routes, its parameters are taken, its schemas fit the answers."""

from __future__ import annotations

import pytest

from repliquette.web.calls import BASE
from support.service import CODE, running

SAMPLES = {"standing": "owed", "reason": "ask", "limit": "5", "date": "2026-03-02T08:00:00Z"}
ASKED = {
    "health": ("/health", None, 200),
    "openapi": ("/openapi.json", None, 200),
    "pair": ("/pair", {"code": CODE, "name": "Chromium"}, 201),
    "conversations": ("/conversations", None, 200),
    "conversation": ("/conversations/c1", None, 200),
    "lookup": ("/lookup?gmail_thread=15f1123136926bff", None, 200),
    "save_draft": ("/conversations/c1/drafts", {"body": "Hi."}, 201),
}


@pytest.fixture(scope="module")
def document(panel):
    with running(panel) as live:
        return live.get(f"{BASE}/openapi.json").json


def operations(document):
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def misfit(schema, value, definitions, place="$"):
    """Where a value does not have what its schema requires, all the way down; enough of JSON Schema for ours."""
    if "$ref" in schema:
        return misfit(definitions[schema["$ref"].rpartition("/")[2]], value, definitions, place)
    if "anyOf" in schema:
        tries = [misfit(choice, value, definitions, place) for choice in schema["anyOf"]]
        return [] if [] in tries else tries[0]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": int | float, "boolean": bool}
    kind = schema.get("type")
    if kind and not (value is None if kind == "null" else isinstance(value, kinds[kind])):
        return [f"{place} is no {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{place} is none of {schema['enum']}"]
    if kind == "array":
        return [m for n, item in enumerate(value) for m in misfit(schema["items"], item, definitions, f"{place}[{n}]")]
    missing = [f"{place}.{key} is missing" for key in schema.get("required", ()) if key not in value]
    known = schema.get("properties", {}) if isinstance(value, dict) else {}
    return (
        missing
        + [
            m
            for key in known.keys() & value.keys()
            for m in misfit(known[key], value[key], definitions, f"{place}.{key}")
        ]
        if isinstance(value, dict)
        else []
    )


def test_every_route_of_the_api_is_described_and_nothing_else(live, document):
    routes = {
        (method, rule.rule.removeprefix(BASE).replace("<", "{").replace(">", "}"))
        for rule in live.app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(BASE)
    }

    assert document["openapi"].startswith("3.1.")
    assert {(method, path) for method, path, _ in operations(document).values()} == routes


@pytest.mark.parametrize("name", ASKED)
def test_every_answer_fits_its_schema(live, document, name):
    path, json, status = ASKED[name]
    method, _, operation = operations(document)[name]
    reply = live.ask(method, BASE + path, token=None if name == "pair" else live.token, json=json)

    schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
    assert reply.status == status
    assert misfit(schema, reply.json, document["components"]["schemas"]) == []


def test_every_call_has_its_answer_tried(document):
    assert operations(document).keys() == ASKED.keys()


def test_errors_fit_their_schema(live, document):
    schema = operations(document)["conversation"][2]["responses"]["default"]["content"]["application/json"]["schema"]

    assert misfit(schema, live.get(f"{BASE}/conversations/c9").json, document["components"]["schemas"]) == []


@pytest.mark.parametrize("name", ["conversations", "lookup"])
def test_every_described_parameter_is_taken_and_no_other(live, document, name):
    _, path, operation = operations(document)[name]
    names = [p["name"] for p in operation["parameters"] if p["in"] == "query"]

    taken = [live.get(f"{BASE}{path}?{parameter}={SAMPLES.get(parameter, '17')}").status for parameter in names]

    assert set(taken) <= {200, 404}
    assert live.get(f"{BASE}{path}?another=17").status == 400


def test_the_calls_without_a_token_are_marked(live, document):
    marked = {path for _, path, operation in operations(document).values() if operation.get("security") == []}
    unguarded = {
        path for _, path, _ in operations(document).values()
        if live.ask("GET", BASE + path.replace("{id}", "c1")).status != 401
    }  # fmt: skip

    assert marked == {"/health", "/pair"}
    assert marked <= unguarded


def test_a_misfit_is_seen():
    """The check above can fail: of each of its rules one case."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"enum": ["x"]}}}

    assert misfit(schema, {}, {}) == ["$.a is missing"]
    assert misfit(schema, {"a": "1"}, {}) == ["$.a is no integer"]
    assert misfit(schema, {"a": 1, "b": "y"}, {}) == ["$.b is none of ['x']"]
    assert misfit({"type": "array", "items": schema}, [{}], {}) == ["$[0].a is missing"]
