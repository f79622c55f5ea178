"""Programs for those who work on planloop; make calls them."""
