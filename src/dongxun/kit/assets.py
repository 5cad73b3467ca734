"""Which built files a page loads, by the manifest of Vite."""

from functools import lru_cache
from typing import cast

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_vite.core.asset_loader import DjangoViteAssetLoader, ManifestClient
from django_vite.core.exceptions import DjangoViteAssetNotFoundError


def tags(path: str, *, nonce: str = "") -> SafeString:
    """Return the style sheets and the script of one entry, ``room/name``.

    Empty when the front end is not built (``manage.py check`` warns of that), so
    that pages can be tested without it.
    """
    loader = DjangoViteAssetLoader.instance()
    before, script = _written(loader, path)
    return format_html(script, before, nonce) if script else before


@lru_cache(maxsize=64)
def _written(loader: DjangoViteAssetLoader, path: str) -> tuple[SafeString, str]:
    """Return the links of an entry, and its script with a place for both and for the nonce."""
    room, _, name = path.partition("/")
    source = f"src/dongxun/{room}/assets/{name}.ts"
    client = cast("ManifestClient", loader._apps["default"].manifest)  # noqa: SLF001
    try:
        client.get(source)
    except DjangoViteAssetNotFoundError:
        return SafeString(), ""
    styles: list[str] = []
    scripts: list[str] = []
    _collect(client, source, styles, scripts)
    links = [format_html('<link rel="stylesheet" href="{}">\n', _url(url)) for url in styles]
    links += [
        format_html('<link rel="modulepreload" href="{}">\n', _url(url)) for url in scripts[:-1]
    ]
    script = format_html('<script type="module" src="{}"', _url(scripts[-1]))
    return SafeString("".join(links)), f'{{}}{script} nonce="{{}}"></script>'


def _url(file: str) -> str:
    loader = DjangoViteAssetLoader.instance()
    return cast("str", loader._apps["default"].get_production_server_url(file))  # noqa: SLF001


def _collect(client: ManifestClient, source: str, styles: list[str], scripts: list[str]) -> None:
    """Add what ``source`` needs, imports first, each file once."""
    found = client.get(source)
    for imported in found.imports or []:
        _collect(client, imported, styles, scripts)
    styles.extend(css for css in found.css or [] if css not in styles)
    if found.file not in scripts:
        scripts.append(found.file)
