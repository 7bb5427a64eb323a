"""English as the Union writes it; Django's is American."""
