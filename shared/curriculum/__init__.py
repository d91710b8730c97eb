"""What each index of a run teaches: pure functions of the catalog and the options."""
