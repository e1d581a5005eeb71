"""MatteFormer and ResNet-50: large networks that refine an alpha over three scales, and the model around them."""
