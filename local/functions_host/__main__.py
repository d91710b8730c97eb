"""Entry point of `python -m local.functions_host`."""

import sys

from local.functions_host.cli import main

sys.exit(main())
