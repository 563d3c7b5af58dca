"""What English knows: numbers, names, dates; each written once."""
