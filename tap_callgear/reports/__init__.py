"""The account's own reports as streams: what people built in the client area, with the columns that they chose."""
