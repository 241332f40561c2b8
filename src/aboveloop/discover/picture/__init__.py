"""The picture of a process: which activities and steps are drawn, where they stand, as SVG and as a page of its own."""
