"""Eclipse SUMO: reads its nets into junctions, runs scenarios in a child process.

The simulator is an extra. Reading a net needs nothing but the file; running needs `libsumo`, and
says so where it is absent.
"""
