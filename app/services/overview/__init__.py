"""总览: how a contract went over its periods, where points were lost, and what could still be done about it."""
