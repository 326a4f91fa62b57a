"""The command line ``foi``: ``main`` takes it apart, and each other module is one command or a part of it."""
