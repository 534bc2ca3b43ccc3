"""The pages: one blueprint per kind of reader, each made from its own services only."""
