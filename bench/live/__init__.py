"""A real node, people with and without browsers: for benchmarks and for tests of the whole product."""
