"""How good plans are: metrics of one answer, means with intervals, paired comparisons, costs; pure."""
