"""Many cycles at once: in one compiled loop where Numba is installed, or in few calls of NumPy a level."""
