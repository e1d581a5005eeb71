"""Networks, one readable file each, behind one registry (``registry.py``) and the protocol
``matting_core.matting``.
"""
