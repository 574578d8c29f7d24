"""OpenAPI 3.1 of /api/v1, made from the route registry and the pydantic models of its handlers."""

import re
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from portal.access import require
from portal.doors import Door
from portal.error_table import ERROR_TABLE
from portal.routes import RouteRecord, walk

API_PREFIX = "/api/v1"
_PARAMETER = re.compile(r"{([a-z_]+)}")
_REFERENCE = "#/components/schemas/{model}"
_ALWAYS = ("P-01", "P-02", "P-03", "P-11", "P-99", "K-01")


def openapi_document(app: web.Application) -> dict[str, Any]:
    """Routes without an `operation` are left out: they are pages, not an interface."""
    schemas: dict[str, Any] = {"Problem": _problem_schema()}
    paths: dict[str, dict[str, Any]] = {}
    for record in walk(app):
        if record.operation is None or record.method == "HEAD":
            continue
        paths.setdefault(record.path, {})[record.method.lower()] = _operation(record, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Yunchuang", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                door.value: {"type": "apiKey", "in": "cookie", "name": door.cookie} for door in Door
            },
        },
    }


def _operation(record: RouteRecord, schemas: dict[str, Any]) -> dict[str, Any]:
    operation = record.operation
    assert operation is not None  # noqa: S101 - the caller has skipped the others
    described: dict[str, Any] = {
        "summary": operation.summary,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _PARAMETER.findall(record.path)
        ],
        "security": [{door.value: []} for door in record.access.doors],
        "responses": {"200": {"description": "OK"}},
    }
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _json(operation.body, schemas)}
    if operation.text:
        content = {operation.text: {"schema": {"type": "string"}}}
        described["requestBody"] = {"required": True, "content": content}
    if operation.answer is not None:
        described["responses"]["200"]["content"] = _json(operation.answer, schemas)
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys((*_ALWAYS, *operation.refusals)):
        by_status.setdefault(ERROR_TABLE[code].status, []).append(code)
    for status, codes in sorted(by_status.items()):
        described["responses"][str(status)] = {
            "description": ", ".join(codes),
            "content": {
                "application/problem+json": {"schema": {"$ref": _REFERENCE.format(model="Problem")}}
            },
        }
    return described


def _json(model: type[BaseModel], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template=_REFERENCE)
    schemas.update(schema.pop("$defs", {}))
    schemas[model.__name__] = schema
    return {"application/json": {"schema": {"$ref": _REFERENCE.format(model=model.__name__)}}}


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    members = ("type", "title", "detail", "instance", "code", "slug", "trace_id")
    return {
        "type": "object",
        "description": "RFC 9457 problem document with a stable code",
        "required": [*members, "status", "details"],
        "properties": {
            **dict.fromkeys(members, text),
            "status": {"type": "integer"},
            "details": {"type": "object"},
        },
    }


@require(Door.CLERK, Door.REVIEWER, Door.AUDITOR, Door.LEAD, Door.OUTLET, Door.ADMIN, seated=False)
async def serve_openapi(request: web.Request, _actor: object) -> web.Response:
    return web.json_response(openapi_document(request.app))


def setup_openapi(app: web.Application) -> None:
    app.router.add_get(f"{API_PREFIX}/openapi.json", serve_openapi)
