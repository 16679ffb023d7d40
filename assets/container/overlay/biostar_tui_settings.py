"""The settings module of every container of ours: the environment's own, with
the overlay laid over it.
"""
import os
import sys
from importlib import import_module

import biostar_tui_overlay

_OWN = os.environ.get("BIOSTAR_TUI_SETTINGS")
if not _OWN:
    raise ImportError("biostar_tui_settings: BIOSTAR_TUI_SETTINGS names no settings module;"
                      " set `settings` of the environment in biostar-tui.toml")
import_module(_OWN)
for _key, _value in vars(sys.modules[_OWN]).items():
    if _key.isupper():
        globals()[_key] = _value
biostar_tui_overlay.lay_over(globals())
