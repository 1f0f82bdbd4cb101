"""The learner: pure arrays, all restarts of a training in one batch. Knows nothing of gates.

Read in this order: `activations`, `losses`, `network` (forward, backward, Jacobian), `starts`,
`objective`, `optimisers`, `fit`.
"""
