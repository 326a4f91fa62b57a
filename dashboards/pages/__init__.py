"""One module a page, each with ``render(view, warehouse) -> list``: what the address asks for, from one file version.

``shared`` holds what several pages say in the same way.
"""
