"""OpenStreetMap files. Implements `apps.places.ports.RoadSource` with pyosmium."""
