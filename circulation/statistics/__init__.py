"""Statistics: words, pictures, tables and files.

To remove them, delete this folder and templates/statistics/, what names them in circulation/urls.py and in
circulation/api/__init__.py, and their group of tasks in library_site/views.py. Their queries can stay.
"""
