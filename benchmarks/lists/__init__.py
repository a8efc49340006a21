"""Opening, searching and exporting a list of 100,000 rows; importing 10,000."""
