"""The dashboard: what a minister, an analyst and a citizen see of the published file, in Chinese first and English.

``app`` puts a page together and serves it on this machine alone; ``data`` asks the published file (one function a
question); ``figures`` draws; ``parts`` are the pieces of a page; ``pages`` has one module a page; ``texts.yml`` holds
every sentence of the interface in both languages; ``assets`` the style. Nothing here writes, and nothing but
``foi dashboard`` imports Dash. A figure on a page is the published file's own, never worked out anew: sums over reports
apart, and those only over ``is_additive_unit``. No business rule lives here: what compares with what is said by the
marts.
"""
