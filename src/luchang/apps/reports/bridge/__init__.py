"""Between rows and documents: figures asked for, charts drawn, pages, PDF and Word made."""
