"""Where the values of a plan come from: the task, an earlier output, the catalog, or a stated assumption."""
