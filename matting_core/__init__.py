"""The science of Matteloop: arrays in, arrays out. No database, no web, no global state.

Everywhere below, and on every floor above:

- ``rgb``     uint8 or uint16, HxWx3, sRGB, orientation already applied;
- ``alpha``   float32, HxW, [0, 1], straight (never premultiplied);
- ``trimap``  uint8, HxW, {0 background, 128 unknown, 255 foreground}.
"""

__version__ = "0.1.0"
