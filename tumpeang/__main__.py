import sys

from tumpeang.config.cli import main

sys.exit(main())
