"""Green and yellow lines: conflicts are cut out, and what is lost is made up for."""
