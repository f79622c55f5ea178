"""From a problem to its best plan: level by level, block by block, by HiGHS."""
