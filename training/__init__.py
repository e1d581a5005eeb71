"""How models come to be: synthetic samples, pre-training, fine-tuning, evaluation, the promotion gate."""
