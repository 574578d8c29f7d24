"""How acts are stored: one writer, one transaction for state, audit entry and event."""
