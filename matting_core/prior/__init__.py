"""The classical prior: what closed-form matting and colour sampling know before any network looks.

``classical_prior.py`` puts the three steps together: ``colour_sampling.py`` guesses foreground and background
colours for every unknown pixel, ``closed_form.py`` solves the matting Laplacian at half resolution with that
guess as a data term, ``guided_upsampling.py`` brings the result back to full resolution along the photo's
edges.
"""
