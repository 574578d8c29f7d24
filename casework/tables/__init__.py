"""Tables that people fill in a spreadsheet and hand to the desk: read with limits, judged by cell."""
