"""What is proved of a scheme, from its plans and its change set alone; repairs nothing."""
