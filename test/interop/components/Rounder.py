import numpy as np


class Rounder:
    """An output transformer."""

    def transform_output(self, X, features_names=None):
        return np.round(X)
