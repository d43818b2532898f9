"""`doctor`: what is not in order, and `--fix`. It may add and mend; it never throws work away."""

from lmawep_tui.engine.doctor.examine import doctor
from lmawep_tui.engine.doctor.findings import Finding

__all__ = ["Finding", "doctor"]
