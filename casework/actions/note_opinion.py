"""预审: the reviewer says in the call what he thinks of a material, before the case is accepted."""

from dataclasses import dataclass

from sqlalchemy import delete, insert

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.marks import place_mark
from casework.errors import InvalidInput
from casework.model.call import RUNNING, CallKind, MarkKind
from casework.model.opinion import MAX_OPINION_WORDS, Opinion
from casework.policy import call_rules
from casework.policy.call_verb import CallVerb
from casework.policy.case_verb import CaseVerb
from casework.policy.precheck_refusals import NoPrecheck
from casework.store.schema_precheck import case_opinion
from casework.store.tx import Tx
from casework.views.calls import call_of, cases_of


@dataclass(frozen=True, slots=True)
class NoteOpinion:
    """`material` is its code in the item. `words` tell the clerk why, and are needed for `replace`."""

    case_id: str
    call_id: str
    material: str
    opinion: Opinion
    words: str = ""


def note_opinion(tx: Tx, command: NoteOpinion) -> CaseChanged:
    """The newest opinion in a call stands; who said what stays in the log. While the call runs its
    recording is marked. No version of the case is expected: the clerk goes on filling in meanwhile, and
    an opinion is of what was shown, not of what is stored.

    Raises NotFound, NotInThisCall, CallStateForbids, NoPrecheck, InvalidInput.
    """
    act = begin(tx, CaseVerb.NOTE_OPINION, command.case_id)
    call = call_of(tx.conn, command.call_id)
    call_rules.require(tx.actor, CallVerb.NOTE_OPINION, call)
    about_it = act.case.id in cases_of(tx.conn, call.id)
    if call.kind is not CallKind.PRECHECK or not about_it or call.active_ms is None:
        raise NoPrecheck
    if act.item.material(command.material) is None:
        raise InvalidInput("the item asks for no such material", field="material")
    words = command.words.strip()
    if len(words) > MAX_OPINION_WORDS:
        raise InvalidInput(f"at most {MAX_OPINION_WORDS} characters", field="words")
    if command.opinion is Opinion.REPLACE and not words:
        raise InvalidInput("say why it must be replaced", field="words")
    if call.state in RUNNING:
        place_mark(tx, call.id, MarkKind.MATERIAL, case_id=act.case.id, ref=command.material)
    mine = (
        (case_opinion.c.case_id == act.case.id)
        & (case_opinion.c.call_id == call.id)
        & (case_opinion.c.code == command.material)
    )
    tx.conn.execute(delete(case_opinion).where(mine))
    # The row before the entry: what `finish` tells the pages is a snapshot that has it.
    chain = f"call:{call.id}"
    head = tx.head(chain)
    tx.conn.execute(
        insert(case_opinion).values(
            case_id=act.case.id,
            call_id=call.id,
            code=command.material,
            opinion=command.opinion,
            reviewer_id=tx.actor.id,
            noted_at_ms=tx.now_ms,
            entry_seq=tx.next_seq(act.case.chain),
        )
    )
    return finish(
        act,
        "desk.precheck.noted",
        plain={"call": call.id},
        committed={"material": command.material, "opinion": command.opinion, "words": words},
        refs={chain: head} if head else {},
    ).changed
