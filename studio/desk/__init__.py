"""The correction desk's memory: images that are open for correction, with their current trimap and alpha."""
