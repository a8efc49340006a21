"""Where things are: divisions, the road network, streets, junctions, places, cameras, closures.

Owns every geometry of the city and the questions asked of it: in whose area a point lies, which
road it is on, what it is called, how a unit gets there. Knows nothing of officers, incidents or
permits: they ask this app. Coordinates are WGS-84 inside; other datums are converted at the edge.
"""
