"""The default: a small residual network on the classical prior, and the matting model around it."""
