"""What a column of a list can hold, and which headings mean it, in Khmer and English. Pure."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOTHING = ""
COLUMNS: dict[str, str | Promise] = {
    NOTHING: _("leave out"),
    "name": _("Name"),
    "name_km": _("Name in Khmer"),
    "name_latin": _("Name in Latin letters"),
    "family": _("Family name"),
    "given": _("Given name"),
    "alias": _("Another name"),
    "born": _("Birth date or age"),
    "sex": _("Sex"),
    "nationality": _("Nationality"),
    "language": _("Language"),
    "phone": _("Phone"),
    "user_name": _("User name online"),
    "email": _("E-mail"),
    "id_card": _("Identity card"),
    "birth_certificate": _("Birth certificate"),
    "passport": _("Passport"),
    "other_number": _("Another number"),
    "lives": _("Where they live"),
}
SAYS_NOTHING_ALONE = {NOTHING, "sex", "nationality", "language"}  # nobody is known by these
_HEADINGS = {
    "name": "name,full name,fullname,names,person,victim,child,ឈ្មោះ,នាម,គោត្តនាមនិងនាម,នាមត្រកូលនិងនាមខ្លួន",
    "name_km": "khmer name,name in khmer,name khmer,name (khmer),name km,name_km,ឈ្មោះខ្មែរ,ឈ្មោះជាភាសាខ្មែរ,ឈ្មោះជាខ្មែរ",
    "name_latin": "latin name,name in latin,name in latin letters,name in english,english name,name (latin),name en,"
    "name_en,name_latin,ឈ្មោះឡាតាំង,ឈ្មោះជាអក្សរឡាតាំង,ឈ្មោះជាភាសាអង់គ្លេស,ឈ្មោះអង់គ្លេស",
    "family": "family name,surname,last name,lastname,family,នាមត្រកូល,គោត្តនាម",
    "given": "given name,first name,firstname,given,forename,នាមខ្លួន",
    "alias": "alias,other name,another name,nickname,also known as,aka,ឈ្មោះហៅក្រៅ,ឈ្មោះផ្សេង,ឈ្មោះក្រៅ",
    "born": "born,birth,birth date,date of birth,birthdate,dob,age,year of birth,birth year,birth date or age,"
    "ថ្ងៃខែឆ្នាំកំណើត,ថ្ងៃកំណើត,ឆ្នាំកំណើត,អាយុ",
    "sex": "sex,gender,ភេទ",
    "nationality": "nationality,country,citizenship,សញ្ជាតិ",
    "language": "language,mother tongue,ភាសា",
    "phone": "phone,phone number,telephone,tel,mobile,contact number,លេខទូរស័ព្ទ,ទូរស័ព្ទ",
    "user_name": "user name,username,account,facebook,telegram,user name online,ឈ្មោះគណនី,គណនី",
    "email": "email,e-mail,mail,អ៊ីមែល",
    "id_card": "id,id card,identity card,national id,id number,អត្តសញ្ញាណប័ណ្ណ,លេខអត្តសញ្ញាណប័ណ្ណ",
    "birth_certificate": "birth certificate,សំបុត្រកំណើត,លេខសំបុត្រកំណើត",
    "passport": "passport,passport number,លិខិតឆ្លងដែន,លេខលិខិតឆ្លងដែន",
    "other_number": "number,document,document number,case number,code,លេខឯកសារ,លេខ",
    "lives": "address,lives,lives in,place,village,residence,where they live,location,អាសយដ្ឋាន,កន្លែងរស់នៅ,ទីលំនៅ,ភូមិ",
}
_KNOWN = {heading: column for column, headings in _HEADINGS.items() for heading in headings.split(",")}


def guess(headings: list[str]) -> list[str]:
    """What each column holds by its heading; each kind of name, sex and birth once."""
    found: list[str] = []
    for heading in headings:
        column = _KNOWN.get(_plain(heading), NOTHING)
        found.append(column if column not in found or column in {"phone", "alias", "other_number"} else NOTHING)
    return found


def tell_somebody(columns: list[str]) -> bool:
    """Whether at least one column holds something that a person is known by."""
    return any(column not in SAYS_NOTHING_ALONE for column in columns)


def _plain(heading: str) -> str:
    return re.sub(r"[\s_.:*]+", " ", heading.replace("\u200b", "")).strip().lower()
