"""Portable truth: certified test vectors in a file, for a test in any language, or to judge a function against."""
