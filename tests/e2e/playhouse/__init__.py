"""What the tests of the whole product play with: a node, people, browsers, and the recordings."""
