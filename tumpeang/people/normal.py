"""One form for what people type in many: web addresses, user names, phones. Pure functions; nothing is fetched."""

import re
from urllib.parse import unquote, urlsplit

import phonenumbers

_REGION = "KH"
_USER_NAME = re.compile(r"[\w.\-]{2,64}")
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_SPLIT = re.compile(r"[\s,;،]+")
_FEWEST_SIGNS = 4  # of a number on a document: shorter ones name too many
_SHOWN = 3  # digits of a masked phone


def addresses(text: str) -> list[str]:
    """The web addresses in a text, normalised, in order, each once."""
    return _once(url for part in _SPLIT.split(text) if (url := address(part)))


def address(typed: str) -> str:
    """Host and path of one web address in a comparable form; empty if it is none.

    Scheme, `www.`, port, user, fragment, a trailing slash and defanging (`hxxp`, `[.]`) are dropped; the query is kept.
    """
    text = typed.strip().strip("<>()\"'").replace("[.]", ".").replace("(.)", ".")
    text = re.sub(r"^hxxp", "http", text, flags=re.IGNORECASE)
    if "://" not in text:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode().lower()
    except (ValueError, UnicodeError):
        return ""
    host = host.removeprefix("www.").rstrip(".")
    if "." not in host or not re.search(r"\.[a-z][a-z0-9-]*$", host):
        return ""
    path = unquote(parts.path).rstrip("/")
    return f"{host}{path}" + (f"?{parts.query}" if parts.query else "")


def defanged(url: str) -> str:
    """An address that nothing makes clickable: `hxxps://example[.]org/…`."""
    text = re.sub(r"^http", "hxxp", url.strip(), flags=re.IGNORECASE)
    scheme, mark, rest = text.rpartition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.replace('.', '[.]')}{slash}{path}"


def user_names(text: str) -> list[str]:
    """User names in a text: lower case, without `@`."""
    return _once(name.lower() for part in _SPLIT.split(text) if (name := _user_name(part)))


def phones(text: str) -> list[str]:
    """The phone numbers in a text as E.164, Cambodian unless they say otherwise."""
    latin = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
    found = phonenumbers.PhoneNumberMatcher(latin, _REGION, leniency=phonenumbers.Leniency.POSSIBLE)
    return _once(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164) for match in found)


def emails(text: str) -> list[str]:
    """The e-mail addresses in a text, in small letters."""
    return _once(found.strip(".").lower() for found in _EMAIL.findall(text))


def identifier(typed: str) -> str:
    """The number of a document without spaces and signs, in Latin digits and capitals; empty if it is too short."""
    signs = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in typed if sign.isalnum())
    return signs.upper() if len(signs) >= _FEWEST_SIGNS else ""


def _user_name(part: str) -> str:
    name = part.strip().lstrip("@").strip(".")
    return name if _USER_NAME.fullmatch(name) else ""


def _once(values: "object") -> list[str]:
    return list(dict.fromkeys(values))  # type: ignore[call-overload]


def masked(phone: str) -> str:
    """A phone number with its last three digits only: enough to tell two apart, too little to call."""
    digits = sum(sign.isdecimal() for sign in phone)
    seen = iter(range(digits))
    return "".join("•" if sign.isdecimal() and next(seen) < digits - _SHOWN else sign for sign in phone)
