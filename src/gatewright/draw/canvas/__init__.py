"""What pictures are drawn on: a sheet, axes, legends, and coloured cells."""
