"""Addresses as people enter them."""

MOST_PORT = 65_535


def is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_PORT
