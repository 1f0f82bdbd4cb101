"""Pictures: of circuits and of gates, SVG by default."""
