"""Files and texts for people: tracker sheets and recaps."""
