"""Proofs about trained networks: which inputs they tolerate, and that nothing in between breaks them."""
