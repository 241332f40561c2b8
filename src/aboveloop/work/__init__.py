"""The main flow: intake, route, turn, act, workers, hand-over."""
