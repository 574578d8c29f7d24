"""What a reviewer's browser needs to sign: its key made known, and the act that is to be signed."""

from dataclasses import asdict

from aiohttp import web

from backoffice_console import keys
from backoffice_console.api import bodies
from backoffice_console.api.answers import id_in_path, json_answer
from backoffice_console.api.paths import DECISION
from backoffice_console.relying_party import credentials_for, relying_party
from casework.actions.enrol_authenticator import EnrolAuthenticator, enrol_authenticator
from casework.actions.enrol_key import EnrolKey, enrol_key
from casework.actions.revoke_key import RevokeKey, revoke_key
from casework.actor import Actor
from casework.model.actor_key import ActSignature
from casework.policy.signing_refusals import NoRelyingParty
from casework.views.act_to_sign import act_to_sign
from casework.views.actor_keys import authenticators_of
from portal.access import require
from portal.acts import run
from portal.bodies import read_json
from portal.doors import Door
from portal.keys import STORE
from portal.routes import operation


def origin_of(request: web.Request) -> str:
    """Of the log that the desk writes."""
    return request.app[keys.LOG_STATUS].published().origin


def signature_of(request: web.Request, body: bodies.SignatureBody | None) -> ActSignature | None:
    if body is None:
        return None
    return ActSignature(origin_of(request), body.akey, body.asig, body.seq, body.prev)


@operation(
    "Make the signing key of this browser known as the reviewer's own",
    body=bodies.EnrolBody,
    refusals=("A-02", "A-03", "A-04"),
)
@require(Door.REVIEWER)
async def enrol(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.EnrolBody)
    command = EnrolKey(origin_of(request), body.public_key)
    return json_answer(await run(request, enrol_key, command, actor))


@operation(
    "Make a security key known as the reviewer's own",
    body=bodies.AuthenticatorBody,
    refusals=("A-02", "A-03", "A-04", "A-10"),
)
@require(Door.REVIEWER)
async def enrol_held(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.AuthenticatorBody)
    party = relying_party(request)
    if party is None:
        raise NoRelyingParty
    command = EnrolAuthenticator(
        origin_of(request), party, body.credential, body.attestation_object, body.client_data
    )
    return json_answer(await run(request, enrol_authenticator, command, actor))


@require(Door.REVIEWER)
async def show_act(request: web.Request, actor: Actor) -> web.Response:
    """The entry that the prepared decision would be now, with the keys of its commitments. What it
    says is what its reviewer said; nobody else is told. With it, the security keys that may be asked.
    """
    store, origin = request.app[STORE], origin_of(request)
    found = await store.read(
        act_to_sign,
        request.app[keys.KEYS],
        actor,
        id_in_path(request, "case_id"),
        id_in_path(request, "decision_id"),
    )
    held = await store.read(authenticators_of, origin, actor.id)
    return json_answer(
        {
            "origin": origin,
            **asdict(found),
            "authenticators": credentials_for(held, relying_party(request)),
        }
    )


@operation(
    "Revoke a signing key: one's own, or as duty lead anybody's",
    body=bodies.RevokeBody,
    refusals=("K-02", "K-03"),
)
@require(Door.REVIEWER, Door.LEAD)
async def revoke(request: web.Request, actor: Actor) -> web.Response:
    body = await read_json(request, bodies.RevokeBody)
    command = RevokeKey(origin_of(request), request.match_info["key_id"], body.reason)
    return json_answer(await run(request, revoke_key, command, actor))


def setup_signing(app: web.Application) -> None:
    app.router.add_get(f"{DECISION}/{{decision_id}}/act", show_act)
    app.router.add_post("/api/v1/review/signing-keys", enrol)
    app.router.add_post("/api/v1/review/authenticators", enrol_held)
    app.router.add_post("/api/v1/signing-keys/{key_id}/revoke", revoke)
