"""Signed acts in a whole log: what the pass over its entries gathered, each kind as a check."""

from audit.verifier.log_folder import LogCheck, log_check

GATHERED: dict[str, LogCheck] = {
    # Whoever signed had enrolled the key before, and it was not revoked.
    "log.actor_keys": lambda scan: scan.actor_keys.unfit,
    "log.actor_signatures": lambda scan: scan.actor_keys.forged,
    # No authenticator counts anew, as a copy of it would.
    "log.actor_counters": lambda scan: scan.actor_keys.copied,
    # Requests are signed by devices that were enrolled before, and not revoked.
    "log.device_keys": lambda scan: scan.devices.unfit,
    "log.device_signatures": lambda scan: scan.devices.forged,
    # No request of a device stands in the log twice, or after a later one.
    "log.device_counters": lambda scan: scan.devices.recounted,
    # Every call that a device says it was given is in the log.
    "log.device_calls": lambda scan: scan.devices.omitted,
    # What a device saw of the log is a beginning of this log.
    "log.device_checkpoints": lambda scan: scan.devices.foreign,
}

for name, findings in GATHERED.items():
    log_check(name)(findings)
