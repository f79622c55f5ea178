"""What the compiled loops rest on: rings as whole numbers, exact predicates, cells, sorting."""
