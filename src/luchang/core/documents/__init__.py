"""Reports as text: the template language, its words for periods, and the document they make.

Pure: where a figure comes from, and what the finished document looks like on paper, is for the
application to say.
"""
