"""From published figures to sentences, gates and steps: nothing here has ever seen an answer."""
