"""What changed, told to every open screen: a sequence in a table, one listener a process."""
