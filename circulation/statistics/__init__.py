"""Statistics: words, pictures, tables and files.

Removable: this folder and templates/statistics/, with the lines that name it in circulation/urls.py and api/__init__.py.
Its four queries, each a task of the library, stay in circulation/queries/.
"""
