"""Who may write the directory. Reading is for everybody."""

from tumpeang.access.roles import Permission
from tumpeang.access.rules import needs

may_load = needs(Permission.LOAD_REFERENCE)
