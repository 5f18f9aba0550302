"""The streams: one file a subject, each a declaration of what it is, and one base that reads them."""
