"""Between files and the reader: documents in, checked reports out."""
