"""Statistics: words, pictures, tables and files.

To remove them, delete this folder and templates/statistics/, and what names them in circulation/urls.py and in
circulation/api/__init__.py. Their group goes from the list of all tasks by itself. Their queries can stay.
"""
