"""What differs between two written schemes, part by part."""
