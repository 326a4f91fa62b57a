"""The generic walks that lay a table of the catalogue over a grid, one for each layout of a form.

``tape`` finds labels and puts them in the form's order, ``figures`` turns a cell into an observation or an issue;
``list`` (2008-18), ``matrix``, ``blocks`` and ``disputes`` (2019-) read printed tables, ``lines`` reads copies that
lost their borders. May not live here: a particular label, a template, a file format.
"""
