"""Commands whose subject has no package of its own, which would have them in its `command.py`.

Each loads what it needs when it is called, so that no command waits for what another needs.
"""
