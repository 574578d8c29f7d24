"""A real node and people without browsers: for benchmarks and for tests of the whole product."""
