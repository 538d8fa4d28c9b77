from .holders import mine, own_pdf
from .offices import certificate, certificates, issue, pdf, run, start
from .public import verify, verify_code

__all__ = ["certificate", "certificates", "issue", "mine", "own_pdf", "pdf", "run", "start", "verify", "verify_code"]
