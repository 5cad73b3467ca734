"""Pages of files: the import wizard, long jobs, downloads."""
