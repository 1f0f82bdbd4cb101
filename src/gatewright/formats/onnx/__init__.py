"""ONNX: a circuit of trained gates as a model that runs anywhere."""
