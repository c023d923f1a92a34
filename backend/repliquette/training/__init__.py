"""Labelled conversations to `rules/weights.json`; needs the extra `train` (scikit-learn)."""
