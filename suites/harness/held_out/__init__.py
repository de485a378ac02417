"""Functions as users write them, each with its failure and the right cause, worked out by hand before any was run here.

They measure what the causes of the other tables cannot: how often the explanation is right the first time.
"""
