"""Roles, reach and proposals in words, for the pages about workers."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tumpeang.access.models import Proposal
from tumpeang.access.roles import (
    PERMISSION_WORDS,
    READING,
    ROLE_NAMES,
    ROLE_WORDS,
    ROLES,
    SCOPE_WORDS,
    SCOPED,
    Permission,
    Role,
    Scope,
)
from tumpeang.access.states import ProposalKind


@dataclass(frozen=True)
class RoleInWords:
    """What a manager reads about a role: a sentence, what it may see, what it may do, how far."""

    role: Role
    name: Any
    sentence: Any
    reads: list[Any]
    does: list[Any]
    reach: str = ""  # empty for a role that reads no report


def in_words(role: Role, scope: Scope | None = None) -> RoleInWords:
    allowed = [permission for permission in Permission if permission in ROLES[role]]
    return RoleInWords(
        role=role,
        name=ROLE_NAMES[role],
        sentence=ROLE_WORDS[role],
        reads=[PERMISSION_WORDS[one] for one in allowed if one in READING],
        does=[PERMISSION_WORDS[one] for one in allowed if one not in READING],
        reach=reach_of(role, scope) if scope else "",
    )


def has_reach(role: Role) -> bool:
    """Whether it makes a difference how far the role reaches."""
    return bool(SCOPED & ROLES[role])


def reach_of(role: Role, scope: Scope) -> str:
    """How far a role reaches: "Team: what their teams work on"; nothing when the role reads no report."""
    if not has_reach(role):
        return ""
    return _("%(reach)s: %(words)s") % {"reach": scope.label, "words": SCOPE_WORDS[scope]}


def what(proposal: Proposal) -> str:
    """What is proposed, in words."""
    if proposal.kind == ProposalKind.GRANT:
        return _("Give the role: %(role)s") % {"role": ROLE_NAMES[Role(proposal.role)]}
    return str(ProposalKind(proposal.kind).label)
