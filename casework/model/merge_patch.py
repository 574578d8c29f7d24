"""JSON Merge Patch (RFC 7396): how an event says what changed in a snapshot.

The RFC's null means "remove", so an object that is patched holds no nulls: absent is null.
"""

from collections.abc import Mapping

from audit.canonical import JsonValue

JsonObject = dict[str, JsonValue]


def without_nulls(value: Mapping[str, JsonValue]) -> JsonObject:
    """A copy of an object without its null members, at any depth of objects."""
    return {
        key: without_nulls(member) if isinstance(member, Mapping) else member
        for key, member in value.items()
        if member is not None
    }


def merge_diff(before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]) -> JsonObject:
    """The patch that turns `before` into `after`; both without nulls. Empty if they are equal."""
    patch: JsonObject = {key: None for key in before if key not in after}
    for key, new in after.items():
        old = before.get(key)
        if key in before and old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            patch[key] = merge_diff(old, new)
        else:
            patch[key] = new
    return patch


def merge(target: Mapping[str, JsonValue], patch: Mapping[str, JsonValue]) -> JsonObject:
    """`target` with `patch` applied; neither is changed."""
    merged = dict(target)
    for key, change in patch.items():
        if change is None:
            merged.pop(key, None)
        elif isinstance(change, Mapping):
            old = merged.get(key)
            merged[key] = merge(old if isinstance(old, Mapping) else {}, change)
        else:
            merged[key] = change
    return merged
