"""Which media of a seat exist, and which of them may be forwarded and recorded now.

Pure functions of the stored call, so that a desk that restarts comes to the same answer.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from casework.model.call import WITH_MEDIA, CallState, NoticeAnswer, PersonKind, Seat, Site
from casework.model.outlet import WindowProfile
from casework.ports import TrackSource

_T = TrackSource

_VIDEOS: Mapping[tuple[WindowProfile, Seat], tuple[TrackSource, ...]] = MappingProxyType(
    {
        (WindowProfile.ONE_PC, Seat.WINDOW): (
            _T.CAMERA,
            _T.CITIZEN_CAMERA,
            _T.DOCUMENT_CAMERA,
            _T.SCREEN,
        ),
        (WindowProfile.ONE_PC, Seat.CITIZEN): (),
        (WindowProfile.ONE_PC, Seat.HALL): (_T.CAMERA, _T.SCREEN),
        (WindowProfile.TABLET, Seat.WINDOW): (_T.CAMERA, _T.DOCUMENT_CAMERA, _T.SCREEN),
        (WindowProfile.TABLET, Seat.CITIZEN): (_T.CITIZEN_CAMERA,),
        (WindowProfile.TABLET, Seat.HALL): (_T.CAMERA, _T.SCREEN),
        (WindowProfile.REMOTE_CITIZEN, Seat.WINDOW): (_T.CAMERA, _T.DOCUMENT_CAMERA, _T.SCREEN),
        (WindowProfile.REMOTE_CITIZEN, Seat.CITIZEN): (_T.CITIZEN_CAMERA,),
        (WindowProfile.REMOTE_CITIZEN, Seat.HALL): (_T.CAMERA, _T.SCREEN),
    }
)
_PROFILES = frozenset(profile for profile, _ in _VIDEOS)

# What shows or hears the counter before the citizen agreed: the clerk's own camera and no more.
# The microphone is shared, and papers under the document camera are the citizen's. The clerk who
# speaks with a citizen elsewhere may have somebody beside him, too.
_STAFF_ONLY = frozenset({_T.CAMERA})
_WHEN_SHOWN = frozenset({_T.DOCUMENT_CAMERA, _T.SCREEN})


def is_supported(profile: WindowProfile) -> bool:
    return profile in _PROFILES


def videos(profile: WindowProfile, seat: Seat) -> tuple[TrackSource, ...]:
    """The cameras a seat may send. In `one_pc` the citizen screen only watches."""
    return _VIDEOS[profile, seat]


def site_of(profile: WindowProfile, seat: Seat) -> Site:
    """Where the seat is: a citizen with a device of her own is neither at the counter nor in the
    hall, and hears and is heard by both.
    """
    if seat is Seat.HALL:
        return Site.HALL
    elsewhere = profile is WindowProfile.REMOTE_CITIZEN and seat is Seat.CITIZEN
    return Site.CITIZEN if elsewhere else Site.COUNTER


def has_sound(profile: WindowProfile, seat: Seat) -> bool:
    """Whether the seat has a live microphone and speaker: one page a site has (design.md §4)."""
    return seat is not Seat.CITIZEN or site_of(profile, seat) is Site.CITIZEN


def needed(profile: WindowProfile) -> frozenset[Seat]:
    """The seats that must be connected for a call to run: every site must be heard. A tablet
    beside the window may come and go.
    """
    return frozenset(seat for seat in Seat if has_sound(profile, seat))


def shows_the_citizen(profile: WindowProfile, site: str, source: str) -> bool:
    """Whether a track is a picture in which a reviewer may have seen the citizen."""
    if source in {_T.MICROPHONE, _T.SCREEN}:
        return False
    return site == site_of(profile, Seat.CITIZEN)


def sources(profile: WindowProfile, seat: Seat) -> tuple[TrackSource, ...]:
    """Everything a seat may send."""
    return ((_T.MICROPHONE,) if has_sound(profile, seat) else ()) + videos(profile, seat)


def required(
    profile: WindowProfile, seat: Seat, sent: Collection[TrackSource]
) -> frozenset[TrackSource]:
    """The tracks that must be recorded for the recording to be healthy.

    The microphone always; of the cameras those the page says it has, except the document camera,
    which is switched on when a paper is shown. A screen is shared when there is something to show.
    """
    wanted = set(sources(profile, seat)) & set(sent) - _WHEN_SHOWN
    return frozenset(wanted | ({_T.MICROPHONE} if has_sound(profile, seat) else set()))


def all_agreed(persons: Iterable[tuple[PersonKind, NoticeAnswer | None]]) -> bool:
    """Whether everybody who must answer the notice has agreed; true when nobody must."""
    return all(answer is NoticeAnswer.AGREED for kind, answer in persons if kind.answers_notice)


def admitted(
    profile: WindowProfile,
    seat: Seat,
    state: CallState,
    *,
    agreed: bool,
) -> tuple[TrackSource, ...]:
    """The sources of a seat whose media may be forwarded and recorded now, in a fixed order.

    Nothing before the call is taken and nothing after it is over. Staff at the hall are admitted
    at once; of the counter only the clerk's camera until everybody present has agreed.
    """
    if state not in WITH_MEDIA:
        return ()
    everything = sources(profile, seat)
    if seat is Seat.HALL or agreed:
        return everything
    return tuple(source for source in everything if source in _STAFF_ONLY)


def forwards_between_sites(state: CallState) -> bool:
    """A held call stays recorded, but neither side sees or hears the other."""
    return state is not CallState.HELD
