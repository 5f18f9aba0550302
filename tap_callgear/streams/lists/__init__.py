"""The lists behind the identifiers of the reports, one file a subject."""
