"""Service: how customers were served over channels and cases, told for one of them and measured over all."""
