"""The portfolio: where each charter stands on its way from idea to proven value, and what people draft for it."""
