"""Stands between sandboxes and a control system that speaks EPICS Channel Access.

Circuits are passed on message by message, so that every type, monitor and put-callback works as it does without it. Of
the messages that can change something, only those are passed that a claim allows at that moment.
"""
