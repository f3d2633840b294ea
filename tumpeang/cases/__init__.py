"""Cases: one child's way, or several children's, from the reports that open it to its end."""
