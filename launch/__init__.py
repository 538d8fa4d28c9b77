"""Sets up, starts, stops and checks the project. Standard library only: it runs before anything is installed.

`launch/inside/` is the exception: small scripts that run under the project's own Python.
"""
