"""From the frame of a wave to exact counts, chapter by chapter: nothing here has been controlled yet."""
