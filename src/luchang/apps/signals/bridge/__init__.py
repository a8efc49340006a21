"""Between records and the cores: nets read, counts judged, faults and movements in words."""
