"""What an auditor is shown, and takes along."""
