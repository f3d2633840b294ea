"""The page that shows every part in every state: `/look/`, in development only.

`?face=public` and `?face=plain` show the other two dresses. The samples are plain text, not translated: both scripts
stand side by side on purpose.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SAMPLES: dict[str, Any] = {
    "safe": [
        ("yes", "បាទ ឬចាស ខ្ញុំមានសុវត្ថិភាព"),
        ("unsure", "ខ្ញុំមិនប្រាកដ"),
        ("no", "ទេ"),
        ("hurt", "ខ្ញុំមានអារម្មណ៍ចង់ធ្វើបាបខ្លួនឯង ឬមិនចង់រស់នៅ", "យើងបង្ហាញលេខទូរស័ព្ទភ្លាម"),
    ],
    "knows": [("family", "Someone in the family"), ("school", "Someone at school"), ("nobody", "Nobody yet")],
    "checked": ["school"],
    "provinces": [("1", "បន្ទាយមានជ័យ · Banteay Meanchey"), ("2", "កំពង់ធំ · Kampong Thom")],
    "levels": [("immediate", "Immediate"), ("high", "High"), ("medium", "Medium"), ("low", "Low")],
    "error": ["This is longer than 5,000 letters. Send the rest as a second part."],
    "errors": [
        ("id_what", "What happened: longer than 5,000 letters."),
        ("id_where", "Where: choose one from the list."),
    ],
    "error_plain": ["The user name or the password is not right."],
    "errors_plain": [("id_login", "The user name or the password is not right.")],
    "groups": ["4071", "8823", "5190", "6642", "0317"],
    "messages": [
        {"level_tag": "success", "message": "You have taken it. The clock runs until your first answer."},
        {"level_tag": "error", "message": "Not taken: Dara took it a moment ago."},
    ],
    "nav": [
        {
            "label": "",
            "items": [
                {"url": "#inbox", "label": "Inbox", "count": 7, "late": True, "current": True},
                {"url": "#calls", "label": "Calls"},
                {"url": "#day", "label": "My day", "count": 12},
            ],
        },
        {"label": "Work", "items": [{"url": "#cases", "label": "Cases"}, {"url": "#people", "label": "ឯកសារមនុស្ស"}]},
    ],
    "events": [
        {"when": "21 Nov 21:02", "what": "Second opinion asked", "who": "Sokha", "note": "Is the place known to us?"},
        {"when": "21 Nov 20:56", "what": "Past its clock, supervisor rung", "kind": "late"},
        {"when": "21 Nov 20:44", "what": "Taken", "who": "សុខា", "note": "បានអានរួច ហើយកំពុងឆ្លើយ"},
        {"when": "21 Nov 20:41", "what": "Received", "note": "Web, Khmer"},
    ],
}


def look(request: HttpRequest) -> HttpResponse:
    return render(request, "look.html", {"look": SAMPLES, "nav": SAMPLES["nav"], "role_words": "call-taker"})
