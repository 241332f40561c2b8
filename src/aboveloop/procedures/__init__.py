"""What the next step is: a pure function of procedure, run and reading. It performs nothing."""
