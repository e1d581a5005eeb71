"""One fine-tuning in several processes, of this computer or of a Ray cluster, by the loop that one process runs."""
