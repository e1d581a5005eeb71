"""The gate: a candidate serves only where it is better beyond noise, on approved images new to both."""
