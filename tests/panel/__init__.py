"""A panel of made-up reports whose every sum closes, faults planted into them, and what an independent count says.

``bodies``: whose reports; ``figures``: their cells; ``faults``: one slip each, remembered; ``population``: all of them;
``oracle``: the arithmetic of the forms stated a second time, apart from the catalogue; ``battery``: reports that tell
each identity from any other; ``made``, ``real``: reports for one rule each, and the real ones; ``build``: rows of the
raw tables; ``warehouse``: the one dbt build of it all.
"""
