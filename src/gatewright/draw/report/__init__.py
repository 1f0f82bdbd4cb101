"""Reports: a circuit, its verdict and its gates as one page that works by itself."""
