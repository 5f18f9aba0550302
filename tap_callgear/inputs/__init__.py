"""What users give: settings, files, catalogs, states and maps, each checked, and what is strange about it told."""
