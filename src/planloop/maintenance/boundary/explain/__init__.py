"""Why a project is not served, and why no legal swap exists: each in numbers one can act on."""
