"""What the model service offers in a region, and what follows for an installation: before it is made, and by `doctor`.

Standard library only, for any Python 3.9 or newer: azd's hook runs it with whatever Python a machine has.
`decide` is pure; the lists are those of `az cognitiveservices model list` and `usage list`, or the same from Azure
Resource Manager.
"""

from __future__ import annotations

from cli.preflight.offers import Offer, Quota, Region, read_region
from cli.preflight.verdict import Finding, Verdict, Wanted, decide

__all__ = ["Finding", "Offer", "Quota", "Region", "Verdict", "Wanted", "decide", "read_region"]
