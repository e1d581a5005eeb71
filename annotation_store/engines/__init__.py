"""The databases that a store can be kept in, one file each: what is particular to it."""
