"""Addresses of this room."""

from django.urls import URLPattern

app_name = "seasons"
urlpatterns: list[URLPattern] = []
