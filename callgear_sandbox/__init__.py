"""A stand-in for the CallGear Data API, to run against without an account.

It speaks the documented protocol over real HTTP and serves made-up data. It knows the
declarations of the streams, nothing else of the tap, and nothing of the tap knows it.
"""

from __future__ import annotations

from callgear_sandbox.options import Options
from callgear_sandbox.server import Sandbox

__all__ = ["Options", "Sandbox"]
