"""What finance looks at over the settlement and the money: what is due, what is blocked, what is to come."""
