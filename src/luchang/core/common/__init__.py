"""What every core shares: coordinates, the road graph, shortest paths.

Pure: arrays in, arrays out. Nothing here reads a file, a clock or a setting.
"""
