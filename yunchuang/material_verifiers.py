"""Sources of shared data as the settings name them, each made by its plug-in's entry point."""

from collections.abc import Sequence
from importlib.metadata import entry_points

from casework.clock import Clock
from outlet_client.verifiers.sources import MaterialSources, NamedSource
from yunchuang.settings import VerifierSettings

GROUP = "yunchuang.material_verifiers"


def material_sources(settings: Sequence[VerifierSettings], clock: Clock) -> MaterialSources:
    """Raises ValueError that names the source whose plug-in is missing, or does not take its options."""
    known = {point.name: point for point in entry_points(group=GROUP)}
    made = []
    for one in settings:
        point = known.get(one.plug_in)
        if point is None:
            raise ValueError(f"material source {one.name}: no plug-in {one.plug_in} is installed")
        try:
            verifier = point.load()(one.options, clock)
        except (ValueError, OSError) as error:
            raise ValueError(f"material source {one.name}: {error}") from error
        made.append(NamedSource(one.name, one.materials, verifier))
    return MaterialSources(made)
