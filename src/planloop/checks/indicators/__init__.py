"""The indicators of the plan before and after: computed from the land, or given by people."""
