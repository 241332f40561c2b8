"""Training: the courses of people who act beside the workers, and who has done them."""
