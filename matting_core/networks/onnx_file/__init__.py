"""Somebody else's network as an ONNX file, with a card that says what it wants."""
