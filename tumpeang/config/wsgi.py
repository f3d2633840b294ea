"""The WSGI application of the face that FACE names."""

import os

from django.core.wsgi import get_wsgi_application

from tumpeang.config.garbage import collect_between

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tumpeang.config.settings")

application = get_wsgi_application()
collect_between()  # before the server makes its processes of this one
