"""Reads of places: standing.py what the rules need to know, choosing.py the teacher's page, school.py choices and enrolments, ledger.py quota, papers.py plans and cases."""
