"""指标 as people look at them: the sheet, one indicator with what is behind it, targets, by hand, the task plan."""
