"""What the pages about workers accept. Only cleans; whether an act is possible is for the rules."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from tumpeang.access.models import User
from tumpeang.access.roles import ROLE_NAMES, ROLE_WORDS, USUAL_SCOPE, Role, Scope
from tumpeang.access.staff import Filters

_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,38}[a-z0-9]")
_LANGUAGES = [("km", _("Khmer")), ("en", _("English"))]
_AS_USUAL = ("", _("As usual for this role"))


def worker_filters(get: Mapping[str, str], *, sees_closed: bool) -> Filters:
    """From the address; what is not ours is left out."""
    role, team = get.get("role", ""), get.get("team", "")
    return Filters(
        role=Role(role) if role in set(Role) else None,
        team=UUID(team) if re.fullmatch(r"[0-9a-f-]{36}", team) and team.count("-") == 4 else None,  # noqa: PLR2004
        closed=sees_closed and get.get("closed") == "yes",
    )


class ChangeForm(forms.Form):
    """Name, language, address for alerts."""

    display_name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("As colleagues say it."),
        error_messages={"required": _("Write a name.")},
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=_LANGUAGES, initial="km")
    alert_email = forms.EmailField(
        label=_("E-mail for alerts"), required=False, max_length=200,
        help_text=_("Gets messages that say only: please open Tumpeang. Nobody can sign in with it."),
        error_messages={"invalid": _("This is no e-mail address.")},
    )  # fmt: skip


class WorkerForm(ChangeForm):
    """A new account; `id` makes a second press the same account."""

    id = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    username = forms.CharField(
        label=_("User name"), max_length=40, help_text=_("For signing in: small letters a to z, digits, dots."),
        error_messages={"required": _("Write a user name.")},
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label=_("Roles to propose"), help_text=_("A second person decides. Each reaches as far as is usual for it."),
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose at least one role.")),
        choices=[(role.value, ROLE_NAMES[role]) for role in Role],
    )  # fmt: skip
    field_order = ("display_name", "username", "language", "alert_email", "roles")

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).lower()
        if not _USER_NAME.fullmatch(name):
            raise forms.ValidationError(_("Only small letters a to z, digits, dots and hyphens, at least three."))
        return name

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]

    def role_options(self) -> list[tuple[str, Any, Any]]:
        return [(role.value, ROLE_NAMES[role], ROLE_WORDS[role]) for role in Role]


class RoleForm(forms.Form):
    """A role to propose, and how far it reaches."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("Choose a role")), *((role.value, ROLE_NAMES[role]) for role in Role)],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose a role.")),
    )  # fmt: skip
    scope = forms.ChoiceField(
        label=_("Reach"), required=False, choices=[_AS_USUAL, *Scope.choices],
        help_text=_("Counts for roles that read reports or cases."),
        error_messages={"invalid_choice": _("Choose a reach from the list.")},
    )  # fmt: skip

    @property
    def wanted(self) -> tuple[Role, Scope]:
        role = Role(self.cleaned_data["role"])
        return role, Scope(self.cleaned_data["scope"]) if self.cleaned_data["scope"] else USUAL_SCOPE[role]


class BeginForm(forms.Form):
    """The first password, with the code that was handed over. Says nothing about which accounts there are."""

    username = forms.CharField(max_length=40, error_messages={"required": _("Write your user name.")})
    code = forms.CharField(max_length=60, error_messages={"required": _("Write the code that you were given.")})
    password1 = forms.CharField(strip=False, error_messages={"required": _("Write a new password.")})
    password2 = forms.CharField(strip=False, error_messages={"required": _("Write it once more.")})

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        given = {**(super().clean() or {})}
        if "password1" in given and "password2" in given and given["password1"] != given["password2"]:
            self.add_error("password2", _("The two are not the same."))
        return given

    def fits(self, user: User) -> bool:
        """The password is not like the name of whoever begins. Asked only once the code was right."""
        try:
            validate_password(self.cleaned_data["password1"], user)
        except forms.ValidationError as error:
            self.add_error("password1", error)
        return not self.errors
