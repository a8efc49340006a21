"""Opening the list of 100,000 hazards by every filter it offers."""
