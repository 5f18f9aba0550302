"""The reports that people build in the client area, with columns of their own, and the methods that answer for them.

Their rows are those of the fixed reports, drawn in other forms and under other names.
"""
