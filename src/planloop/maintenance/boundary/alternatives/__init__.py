"""Other plans than the best one: the next best, and what could be had for what."""
