"""Every figure that Matteloop publishes about itself, each from a script that anyone can run."""
