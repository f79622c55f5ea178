"""The nouns: Plan, Layer, Quota, ChangeSet, Scheme; intake; readers and writers."""
