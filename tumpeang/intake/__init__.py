"""Reports as the staff side has them: emptied from the letterbox, levelled, taken, answered."""
