"""What the benchmarks measure, each run in a process of its own: ours, the peers', the floor."""
