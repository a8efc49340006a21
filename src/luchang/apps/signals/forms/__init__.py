"""What is filled in about junctions, counts, studies and works."""
