"""The maintenance run: boundary swap, zones that follow, decisions, proofs."""
