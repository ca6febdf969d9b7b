"""The command `forget`: what is taken down leaves the graph, and all that still holds it on this machine."""
