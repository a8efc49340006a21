"""Between rows and the world of arrays and shapes: files read, polygons checked, graphs kept."""
