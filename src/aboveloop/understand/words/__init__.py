"""What each language says: phrases of answers, forms of cues and flags, built-in examples. No rule of its own."""
