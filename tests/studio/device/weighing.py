"""A model that holds memory, and nothing else."""

from small_images import BlurredTrimap


class Weighing(BlurredTrimap):
    def __init__(self, footprint=10, *, name="weighing"):
        self.footprint, self.name = footprint, name
        self.runs = 0

    def predict(self, rgb, trimap):
        self.runs += 1
        return super().predict(rgb, trimap)
