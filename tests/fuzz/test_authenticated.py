"""A leg with keys in hand: its RTP and RTCP are authentic, and mean harm."""

from mischief import campaign
from mischief.relay_scene import SSRCS, RelayScene
from mischief.rtcp_compounds import RtcpCompounds
from mischief.rtp_packets import RtpPackets

from scenes.relay_peers import eventually


async def test_media_of_a_hostile_leg(scene: RelayScene):
    packets = RtpPackets(campaign.dice("rtp"), *SSRCS["stranger"], scene.hostile.dtls.protect)
    await scene.in_turns(campaign.datagrams(25), lambda: scene.send([packets.hostile()]))
    await scene.hears_the_hostile_leg(packets.plain)


async def test_reports_and_requests_of_a_hostile_leg(scene: RelayScene):
    own = SSRCS["stranger"]
    packets = RtpPackets(campaign.dice("rtp beside rtcp"), *own, scene.hostile.dtls.protect)
    downlinks = scene.relay._rooms["call-1"].legs["stranger"].subscriptions.by_ssrc
    await eventually(lambda: len(downlinks) == 2)
    compounds = RtcpCompounds(
        campaign.dice("rtcp"), own, lambda: {ssrc: down.last for ssrc, down in downlinks.items()}
    )

    def one() -> None:
        scene.send([scene.hostile.dtls.protect_rtcp(compounds.hostile())])

    await scene.in_turns(campaign.datagrams(25), one)
    await scene.hears_the_hostile_leg(packets.plain)
    assert all(down.resent > 0 for down in downlinks.values())
