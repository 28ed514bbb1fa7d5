"""``python -m ctb_lint`` is the command ``ctb-lint``."""

import sys

from ctb_lint.cli.app import main

sys.exit(main())
