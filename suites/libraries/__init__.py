"""Functions that released libraries offer, as tables: a module a library, each with its `SUITE`."""
