"""The rules for patches and holes: what they fix beforehand, and the clauses that hold them."""
