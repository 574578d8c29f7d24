"""The counter: clerk window, citizen screen, and the headless station in `agent`."""
