"""What is made at set-up and never committed: styles, font subset, translations, static files."""

import shutil
from importlib import resources
from pathlib import Path

import rcssmin
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).resolve().parent
SOURCE = settings.BASE.parent / "build" / "source"
SHEETS = {"public.css": ["tokens.css", "public.css"], "staff.css": ["tokens.css", "staff.css"]}
KHMER = [*range(0x1780, 0x1800), *range(0x19E0, 0x1A00), 0x200B, 0x200C, 0x200D, 0x25CC]


def build() -> None:
    """Make everything. Safe to repeat."""
    SOURCE.mkdir(parents=True, exist_ok=True)
    make_styles()
    make_font()
    make_translations()
    for script in sorted((HERE / "static_src").glob("*.js")):
        shutil.copy(script, SOURCE / script.name)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def make_styles() -> None:
    for name, parts in SHEETS.items():
        text = "\n".join((HERE / "styles" / part).read_text() for part in parts)
        (SOURCE / name).write_text(rcssmin.cssmin(text))


def make_font() -> None:
    """The Khmer block of Noto Sans Khmer (OFL) at one weight, as woff2: about 16 kB."""
    target = SOURCE / "khmer.woff2"
    if target.exists():
        return
    package = resources.files("fontpkg_noto_sans_khmer") / "files" / "NotoSansKhmer[wdth,wght].ttf"
    with resources.as_file(package) as path:
        font = instantiateVariableFont(TTFont(path), {"wght": 400, "wdth": 100})
    options = subset.Options(flavor="woff2", hinting=False, layout_features=["*"], notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=KHMER)
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(target)


def make_translations() -> None:
    for source in settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po"):
        with source.open("rb") as file:
            catalogue = read_po(file)
        with source.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
