"""Kit: base pages, components, template tags, design tokens and the style guide.

Owns      no tables; templates/kit, assets, templatetags.
Door      the templates and tags themselves.
Reads     nothing of the domain.
Not here  a screen of any room.
"""
