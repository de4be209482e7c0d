"""VerifiedEntry… → IndicatorValue: figures over windows and members, criteria met or not."""
