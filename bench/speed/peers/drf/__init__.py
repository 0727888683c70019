"""Usual REST framework: viewsets and serializers, a token, as its tutorial and guide have it."""
