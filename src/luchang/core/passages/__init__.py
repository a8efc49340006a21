"""Passages of vehicles at cameras: their layout, and what is asked of ten million a day.

Pure: arrays and Arrow tables in, arrays and tables out. Plates stand as dense vehicle numbers
(`dictionary`), each day in two orders (`layout`), and every question is a kernel over one day
that carries its state to the next: what a day costs does not grow with the days before it.
The same questions in SQL (`reference`) say what each kernel must answer.
"""

VERSION = "1.2"
"""Version of the answers; changes whenever equal passages may give another result."""
