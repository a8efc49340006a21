"""Adaptive control: what detectors see in, the stage to show out, every second."""
