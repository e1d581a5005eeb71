"""How a store of 200,000 images holds up while 32 people work in it over HTTP: ``python -m benchmarks.store_load``."""
