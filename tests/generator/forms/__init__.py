"""How a document is printed: one module per form, each with ``render(document, mess, rng) -> bytes`` or text."""
