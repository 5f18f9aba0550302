"""A stand-in for the CallGear Data API, to run against without an account.

It speaks the documented protocol over real HTTP and serves made-up data. It knows nothing of the tap, which it is a
witness for: what it takes and what it tells stands in `methods.json`, the facts of the documentation.
"""

from __future__ import annotations

from callgear_sandbox.options import Options
from callgear_sandbox.server import Sandbox

__all__ = ["Options", "Sandbox"]
