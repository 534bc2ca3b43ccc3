"""A report into bytes that people open: PDF, page, tables, JSON. Renderers know published figures only."""
