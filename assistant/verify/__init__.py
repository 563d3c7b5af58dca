"""Whether the articles bear a sentence out."""
