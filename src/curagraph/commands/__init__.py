"""What the commands share, and those whose subject has no package of its own with a `command.py`.

Each command loads what it needs when it is called, so that none waits for what another needs.
"""
