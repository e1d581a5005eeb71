"""Nothing that was acknowledged is lost: processes killed at any moment, disks that are full or cannot be written to.

This folder mirrors no floor: what it kills is the whole studio, and what it looks at is what lies on the disk after.
"""
